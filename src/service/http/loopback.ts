/** The loopback addresses of a machine. One of them may be missing. */
export const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1'] as const
