import pjson from '../../package.json' with {type: 'json'}

export const PROGRAM_VERSION = pjson.version

/** Return what `--version` prints: program and version, platform, Node version. */
export function userAgent(): string {
  return `${pjson.name}/${pjson.version} ${process.platform}-${process.arch} node-${process.version}`
}
