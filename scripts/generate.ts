// Write every generated file. With --check: name those that are stale, and fail.
import {buildGeneratedFiles, staleFiles, writeFiles} from './generated-files.ts'

const files = await buildGeneratedFiles()
if (process.argv.includes('--check')) {
  const stale = staleFiles(files)
  if (stale.length > 0) {
    console.error(`Stale:\n${stale.map((path) => `  ${path}\n`).join('')}To write them: npm run generate`)
    process.exitCode = 1
  }
} else writeFiles(files)
