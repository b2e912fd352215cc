import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

/**
 * Run a script in a separate process, and return the names of the npm packages that it loads.
 *
 * @param script the text of a module; it imports files with `load('output/table.ts')`, by the path
 * below `src/`
 */
export async function loadedPackages(script: string): Promise<string[]> {
  const program = `
    import {registerHooks} from 'node:module'
    const packages = new Set()
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context)
        const name = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(resolved.url)?.[1]
        if (name) packages.add(name)
        return resolved
      },
    })
    process.on('exit', () => console.log(JSON.stringify([...packages])))
    const load = (file) => import(${JSON.stringify(new URL('../../src/', import.meta.url))} + file)
    ${script}
  `
  const {stdout} = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as string[]
}
