import pjson from '../../package.json' with {type: 'json'}

/** What `--version` prints: program, platform and Node, each with its version. */
export function userAgent(): string {
  return `${pjson.name}/${pjson.version} ${process.platform}-${process.arch} node-${process.version}`
}
