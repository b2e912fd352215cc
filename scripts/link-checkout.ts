// Link `tokenry` of this checkout where npx looks first. `npx tokenry` then runs it with the Node
// of the checkout.
import {existsSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const bin = fileURLToPath(new URL('../node_modules/.bin', import.meta.url))
if (existsSync(bin)) linkCheckout()

function linkCheckout(): void {
  const link = join(bin, 'tokenry')
  rmSync(link, {force: true})
  if (process.platform !== 'win32') symlinkSync('../../bin/run.js', link)
  else writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\bin\\run.js" %*\r\n')
}
