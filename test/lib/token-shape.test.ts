import {createHash} from 'node:crypto'
import {expect} from 'chai'
import {holdsToken, withoutTokens} from '../../src/lib/token-shape.ts'
import {SAMPLE, sampleSignature} from '../support/sample-token.ts'

const MB = 1_000_000
const token = ['h'.repeat(20), 'p'.repeat(40), 's-_'.repeat(7)].join('.')
const jwt = Buffer.from('{"alg":"EdDSA","typ":"JWT"}').toString('base64url')

const {payload: CLAIMS, signature: SIGNATURE} = SAMPLE

/** Names that people and programs use, up to twice as long as a signature. */
const NAMES = [
  'c9jnx53af92em2km97xem7e3w',
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  '3F2504E0-4F89-41D3-9A0C-0305E82C3301',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  // 16, 20 and 24 random bytes in base64url, and 20 in base62.
  SIGNATURE.slice(0, 22),
  SIGNATURE.slice(0, 27),
  SIGNATURE.slice(0, 32),
  '0ujtsYcgvSTl8PAuAdqWYSMnLOv',
  createHash('sha256').update('a').digest('hex'),
  createHash('sha512').update('a').digest('hex').toUpperCase(),
  'CI-run-3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  `Deploy-${createHash('sha1').update('a').digest('hex')}`,
  `Build-${createHash('sha256').update('a').digest('hex')}-RC1`,
  'MyVeryLongDeploymentTokenNameForProduction',
  'MyDeploymentTokenForProduction2024EuWest',
  'getAstroDeploymentApiTokenForTheNightlyBuild2',
  'Deploy-Prod-Cluster-2024-EU-West-1-Team-Alpha',
  'GitHubActionsCI-AWS-EKS-PROD-EU-WEST-1-A2B3',
  'AWSProdEUWestRDSAdminK8S2024CIDeployToken1',
  'jira-ABC-1234-Fix-OAuth2-In-K8s-For-EC2-S3-RDS',
  'Deploy-2024-11-22T10-30-00Z-Build-1234-Run-77',
  'PRODUCTION_DEPLOY_TOKEN_2024_EU_WEST_1_ADMIN',
  'organization-token-of-the-data-platform-team-for-airflow-2',
  'Für die nächtliche Übertragung der Datensätze aus Köln nach München 2024',
  'Reads the S3 bucket of Team A for the EU1 cluster, since the DAGs of K8s run there, see JIRA-1234',
  '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/tokenry-Ab3dEf/token.txt',
  'Token for CI job 42 of Team A B C 2024 Q3 R2D2',
  'ETL of SAP S4 HANA R3 to AWS S3 for BI Team 7B, Q1 2025',
  'GH Actions run 4711 Stage B2 of App X1 on K8s EU W1 Pool C3',
]

describe('the shape of a token', () => {
  for (const [title, text, masked] of [
    ['a token alone', token, '[token]'],
    ['a token in a sentence', `No API token ${token} here.`, 'No API token [token] here.'],
    ['a token in a path', `/tokens/${token}/rotate`, '/tokens/[token]/rotate'],
    ['several tokens', `${token} ${token},${token}`, '[token] [token],[token]'],
    ['a token after short segments', `a.b.${token}`, 'a.b.[token]'],
    ['a token before further segments', `${token}.b`, '[token].b'],
    ['six segments', `${token}.${token}`, '[token].[token]'],
    ['a JWT of short segments', `ID ${jwt}.e30.aaaa.`, 'ID [token].'],
    ['a JWT within a word', `-n${jwt}.e30.aaaa`, '-n[token]'],
    ['a JWT without a payload', `${jwt}..aaaa`, '[token]'],
    ['a truncated JWT', `${jwt.slice(0, 20)} ${jwt}.e3`, '[token] [token]'],
    ['a word that begins like a JWT', 'eyJhbGci eyJ.e30.aaaa', null],
    ['segments that are too short', `${'a'.repeat(15)}.${'b'.repeat(40)}.${'c'.repeat(40)}`, null],
    ['two segments', `${'a'.repeat(40)}.${'b'.repeat(40)}`, null],
    ['a signature alone', SIGNATURE, '[token]'],
    ['a signature in a sentence', `No API token ${SIGNATURE} here.`, 'No API token [token] here.'],
    ['a signature in a path', `/tokens/${SIGNATURE}/rotate`, '/tokens/[token]/rotate'],
    ['a signature after its dot', `.${SIGNATURE}`, '.[token]'],
    ['a signature within a word', `-n${SIGNATURE}`, '[token]'],
    ['a signature without its beginning', SIGNATURE.slice(20), '[token]'],
    ['a signature without its end', SIGNATURE.slice(0, -20), '[token]'],
    ['both halves of a signature', `${SIGNATURE.slice(0, 43)}\n${SIGNATURE.slice(43)}`, '[token]\n[token]'],
    ['claims alone', CLAIMS, '[token]'],
    ['claims without their beginning', CLAIMS.slice(7), '[token]'],
    ['claims without both ends', CLAIMS.slice(20, 70), '[token]'],
    ['a header alone', jwt, '[token]'],
    ['claims and signature', `${CLAIMS}.${SIGNATURE}`, '[token]'],
    ['the end of claims and a signature', `${CLAIMS.slice(9)}.${SIGNATURE}`, '[token].[token]'],
    ['an address', 'GET /v1/organizations/clm8q7f6q000008lcgyougpsk/tokens', null],
    ['nothing', '', null],
  ] as const) {
    it(`is ${masked === null ? 'not found in' : 'found in'} ${title}`, () => {
      expect(withoutTokens(text)).to.equal(masked ?? text)
      expect(holdsToken(text)).to.equal(masked !== null)
    })
  }

  it('is found in the signature of any token', () => {
    const missed = Array.from({length: 1000}, (_, seed) => sampleSignature(String(seed))).filter(
      (each) => !holdsToken(each),
    )
    expect(missed).to.deep.equal([])
  })

  for (const name of NAMES) {
    it(`is not found in the name ${name}`, () => {
      expect(holdsToken(name)).to.equal(false)
      expect(withoutTokens(`No API token ${name} here`)).to.equal(`No API token ${name} here`)
    })
  }

  it('is found in a signature with white space of any kind, in any number of places', () => {
    for (const blank of [' ', '\n', '\r\n', '\t', '\u00a0']) {
      for (const width of [10, 20, 43, 64, 76]) {
        const wrapped = SIGNATURE.replaceAll(new RegExp(`.{${width}}`, 'g'), `$&${blank}`)
        expect(holdsToken(wrapped), JSON.stringify(wrapped)).to.equal(true)
      }
      expect(holdsToken(`${blank}${SIGNATURE}${blank}`)).to.equal(true)
    }
  })

  // A search that looks back from every character would take hours for these texts.
  for (const [title, text, masked] of [
    ['one word', 'a'.repeat(4 * MB), null],
    ['two words', `${'a'.repeat(2 * MB)}.${'b'.repeat(2 * MB)}`, null],
    ['words that are just too short', `${'a'.repeat(16)}.${'b'.repeat(15)}.`.repeat(MB / 8), null],
    ['a signature again and again', SIGNATURE.repeat(46_000), '[token]'],
    ['white space and letters', 'abc '.repeat(MB), null],
    ['dashes', '-'.repeat(4 * MB), null],
    ['beginnings of a JWT', `${'eyJ'.repeat(5)}.`.repeat(MB / 4), null],
    ['a JWT of many segments', `${jwt}${'.e'.repeat(2 * MB)}`, '[token]'],
    ['a token', `${'a'.repeat(2 * MB)}.${'b'.repeat(MB)}.${'c'.repeat(MB)}`, '[token]'],
  ] as const) {
    it(`is searched for in 4 MB of ${title} within the test timeout`, () => {
      expect(withoutTokens(text) === (masked ?? text)).to.equal(true)
      expect(holdsToken(text)).to.equal(masked !== null)
    })
  }
})
