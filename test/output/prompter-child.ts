// Run by prompter.test.ts in a real terminal. Ask questions, write the answers to stdout as JSON,
// and exit without a call to process.exit.
import {AppError} from '../../src/errors/app-error.ts'
import {createPrompter} from '../../src/output/prompter.ts'

const prompter = createPrompter(process)
try {
  const name = await prompter.input({message: 'Name of the token?', default: 'ci'})
  const role = await prompter.select({
    message: 'Role?',
    choices: ['viewer', 'admin'].map((word) => ({name: word, value: {word}})),
  })
  const sure = await prompter.confirm({message: 'Sure?'})
  process.stderr.write('Type a line\n')
  let line = ''
  for await (const chunk of process.stdin) {
    line = String(chunk)
    break
  }
  process.stdout.write(JSON.stringify({name, role, sure, line}))
} catch (err) {
  if (!(err instanceof AppError)) throw err
  process.stdout.write(JSON.stringify({code: err.code}))
  process.exitCode = 130
}
