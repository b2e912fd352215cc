/** The addresses of a machine for itself; one of the two may be missing. */
export const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1'] as const
