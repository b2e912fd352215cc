import {expect} from 'chai'
import fc from 'fast-check'
import stringWidth from 'string-width'
import {type Column, renderTable, type TableOptions} from '../../src/output/table.ts'
import {loadedPackages} from '../support/loaded-packages.ts'

interface Row {
  id: string
  name: string
  created: string
}

const COLUMNS: Column<Row>[] = [
  {header: 'ID', value: (row) => row.id},
  {header: 'NAME', value: (row) => row.name, shrink: true},
  {header: 'CREATED', value: (row) => row.created},
]
const ROWS: Row[] = [
  {id: 'clm8q7f6q000008lcgyougpsk', name: 'ci', created: '2 days ago'},
  {id: 'clm8q7f6q000008lcgyougpsl', name: 'nightly build of everything', created: 'just now'},
]
const WIDE: TableOptions = {format: 'terminal', width: 200}
const TABS: TableOptions = {format: 'tabs'}

async function table(rows: Row[], options: TableOptions, columns = COLUMNS): Promise<string[]> {
  return (await renderTable(columns, rows, options)).split('\n')
}

function named(name: string): Row {
  return {id: 'x', name, created: 'y'}
}

describe('renderTable', () => {
  describe('for a terminal', () => {
    it('pads columns two spaces apart, with no spaces at the end', async () => {
      expect(await table(ROWS, WIDE)).to.deep.equal([
        'ID                         NAME                         CREATED',
        'clm8q7f6q000008lcgyougpsk  ci                           2 days ago',
        'clm8q7f6q000008lcgyougpsl  nightly build of everything  just now',
      ])
    })

    it('leaves no spaces at the end if the last values are empty or end in spaces', async () => {
      const rows = [
        named('a'),
        {id: 'x', name: 'b', created: ''},
        {id: 'x', name: '', created: ''},
        {id: '', name: '', created: ' '},
      ]
      expect(await table(rows, {...WIDE, header: false})).to.deep.equal(['x  a  y', 'x  b', 'x', ''])
    })

    it('leaves the header out if asked, and prints nothing if there are no rows', async () => {
      expect(await table([named('a')], {...WIDE, header: false})).to.deep.equal(['x  a  y'])
      expect(await table([], WIDE)).to.deep.equal([''])
      expect(await table([], {...WIDE, header: false})).to.deep.equal([''])
    })

    it('aligns columns by the width in a terminal: CJK, emoji, combining characters', async () => {
      const rows = ['日本', '👩‍👩‍👧', 'Zoe\u0308', 'abcd', '한국'].map(named)
      expect(await table(rows, {...WIDE, header: false})).to.deep.equal([
        'x  日本  y',
        'x  👩‍👩‍👧    y',
        'x  Zoe\u0308   y',
        'x  abcd  y',
        'x  한국  y',
      ])
    })

    it('shortens only columns that may shrink, with …, the widest first', async () => {
      expect(await table(ROWS, {format: 'terminal', width: 49})).to.deep.equal([
        'ID                         NAME        CREATED',
        'clm8q7f6q000008lcgyougpsk  ci          2 days ago',
        'clm8q7f6q000008lcgyougpsl  nightly b…  just now',
      ])
    })

    it('removes a wide character that would fit only half, and keeps the columns aligned', async () => {
      const rows = [named('日本語の名前'), named('12345678')]
      expect(await table(rows, {format: 'terminal', width: 12, header: false})).to.deep.equal([
        'x  日本…   y',
        'x  12345…  y',
      ])
    })

    it('never cuts an emoji into its parts', async () => {
      const rows = [named('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧')]
      expect(await table(rows, {format: 'terminal', width: 12, header: false})).to.deep.equal(['x  👩‍👩‍👧👩‍👩‍👧…   y'])
    })

    it('shortens names to 6 characters first, and then ids to 9', async () => {
      const columns = [
        {...COLUMNS[0], id: true} as Column<Row>,
        ...COLUMNS.slice(1),
        {header: 'DESCRIPTION', value: () => 'something long', shrink: true},
      ]
      const linesAt = (width: number) => table(ROWS, {format: 'terminal', width}, columns)
      expect((await linesAt(65))[2]).to.equal('clm8q7f6q000008lcgyougpsl  nightly bui…  just now    something l…')
      expect((await linesAt(53))[2]).to.equal('clm8q7f6q000008lcgyougpsl  night…  just now    somet…')
      expect((await linesAt(37))[2]).to.equal('clm8q7f6…  night…  just now    somet…')
    })

    it('shows the other value of a column if the window is too narrow for the first', async () => {
      const columns: Column<Row>[] = [
        ...COLUMNS,
        {header: 'OWNER', value: () => 'clm8q7f6q000008lcgyougpsz', narrow: () => 'default', id: true},
      ]
      expect((await table(ROWS, {format: 'terminal', width: 100}, columns))[1]).to.contain('ougpsz')
      expect((await table(ROWS, {format: 'terminal', width: 80}, columns))[1]).to.match(/default$/)
      expect((await table(ROWS, TABS, columns))[1]).to.contain('ougpsz')
    })

    it('leaves out dispensable columns, the highest number first, before names and roles become unreadable', async () => {
      const columns: Column<Row>[] = [
        ...COLUMNS,
        {header: 'KIND', value: () => 'STANDARD', dispensable: 2},
        {header: 'SCOPE', value: () => 'WORKSPACE', dispensable: 1},
      ]
      const headersAt = async (width: number) =>
        (await table(ROWS, {format: 'terminal', width}, columns))[0]?.split(/ +/)
      const all = ['ID', 'NAME', 'CREATED', 'KIND', 'SCOPE']
      expect(await headersAt(86)).to.deep.equal(all)
      expect(await headersAt(78)).to.deep.equal(all)
      expect(await headersAt(77)).to.deep.equal(['ID', 'NAME', 'CREATED', 'SCOPE'])
      expect(await headersAt(67)).to.deep.equal(['ID', 'NAME', 'CREATED'])
      expect((await table(ROWS, {format: 'terminal', width: 77}, columns))[2]).to.equal(
        'clm8q7f6q000008lcgyougpsl  nightly build of everything  just now    WORKSPACE',
      )
    })

    it('shortens names only if no dispensable column is left', async () => {
      const columns: Column<Row>[] = [...COLUMNS, {header: 'LAST USED', value: () => 'never', dispensable: 0}]
      const linesAt = (width: number) => table(ROWS, {format: 'terminal', width}, columns)
      expect((await linesAt(68))[0]).to.contain('LAST USED')
      expect((await linesAt(67))[0]).to.not.contain('LAST USED')
      expect((await linesAt(67))[2]).to.contain('nightly')
      expect((await linesAt(45))[2]).to.contain('…')
    })

    it('never shortens if the width is unknown', async () => {
      for (const width of [Number.POSITIVE_INFINITY, Number.NaN]) {
        expect(await table(ROWS, {format: 'terminal', width})).to.deep.equal(await table(ROWS, WIDE))
      }
    })

    it('colours the shortened text, without moving a column', async () => {
      const columns = COLUMNS.map((column) => ({
        ...column,
        style: (row: Row, text: string) => `<${row.name[0]}:${text}>`,
      }))
      expect(await table(ROWS, {format: 'terminal', width: 49}, columns)).to.deep.equal([
        'ID                         NAME        CREATED',
        '<c:clm8q7f6q000008lcgyougpsk>  <c:ci>          <c:2 days ago>',
        '<n:clm8q7f6q000008lcgyougpsl>  <n:nightly b…>  <n:just now>',
      ])
    })

    it('prints control characters escaped', async () => {
      expect(await table([named('a\x1b[31m\n\tb')], {...WIDE, header: false})).to.deep.equal([
        'x  a\\x1b[31m\\n\\tb  y',
      ])
    })

    it('makes no line longer than the terminal, for any values', async () => {
      const text = fc.string({unit: 'grapheme'})
      await fc.assert(
        fc.asyncProperty(
          fc.array(text, {minLength: 1, maxLength: 5}),
          fc.integer({min: 13, max: 200}),
          async (names, width) => {
            const rows = names.map((name, at) => ({id: names[at - 1] ?? name, name, created: name}))
            for (const line of await table(rows, {format: 'terminal', width})) {
              expect(stringWidth(line)).to.be.at.most(width)
              expect(line).to.not.match(/[ \t]$/)
            }
          },
        ),
      )
    })

    it('measures every character from U+0020 to U+2030 as string-width does', async () => {
      for (let code = 0x20; code <= 0x2030; code++) {
        const [line = '', other = ''] = await table([named(String.fromCodePoint(code)), named('ab')], {
          ...WIDE,
          header: false,
        })
        expect(stringWidth(line), `U+${code.toString(16)}`).to.equal(stringWidth(other))
      }
    })

    it('loads string-width only for a text with other characters', async () => {
      const script = (name: string, options: TableOptions) => `
        const {renderTable} = await load('output/table.ts')
        await renderTable([{header: 'NAME', value: (row) => row}], [${JSON.stringify(name)}], ${JSON.stringify(options)})
      `
      expect(await loadedPackages(script('Zoë – Łódź, Αθήνα, Київ…', WIDE))).to.deep.equal([])
      expect(await loadedPackages(script('日本', TABS))).to.deep.equal([])
      expect(await loadedPackages(script('日本', WIDE))).to.include('string-width')
    })
  })

  describe('for a pipe', () => {
    it('joins values with one tab, after a header line, and never shortens or colours', async () => {
      const columns = COLUMNS.map((column) => ({...column, style: () => 'styled'}))
      expect(await table(ROWS, TABS, columns)).to.deep.equal([
        'ID\tNAME\tCREATED',
        'clm8q7f6q000008lcgyougpsk\tci\t2 days ago',
        'clm8q7f6q000008lcgyougpsl\tnightly build of everything\tjust now',
      ])
    })

    it('keeps the place of an empty value', async () => {
      expect(await table([{id: 'x', name: '', created: ''}], {...TABS, header: false})).to.deep.equal(['x\t\t'])
    })

    it('leaves the header out if asked, and prints it alone if there are no rows', async () => {
      expect(await table([named('a')], {...TABS, header: false})).to.deep.equal(['x\ta\ty'])
      expect(await table([], TABS)).to.deep.equal(['ID\tNAME\tCREATED'])
    })

    it('prints one line per row and one field per column, for any values', async () => {
      const text = fc.string({unit: 'binary'})
      await fc.assert(
        fc.asyncProperty(fc.array(fc.record({id: text, name: text, created: text})), async (rows) => {
          const lines = await table(rows, TABS)
          expect(lines).to.have.length(rows.length + 1)
          for (const line of lines) expect(line.split('\t')).to.have.length(3)
        }),
      )
    })

    it('renders 10 000 rows in less than 500 ms', async () => {
      const rows = Array.from({length: 10_000}, (_, index) => ({
        ...named(`token ${index}`),
        id: `clm8q7f6q00000${index}`,
      }))
      const startedMs = performance.now()
      await table(rows, TABS)
      // It takes about 20 ms. The bound leaves room for a busy machine.
      expect(performance.now() - startedMs).to.be.below(500)
    })
  })
})
