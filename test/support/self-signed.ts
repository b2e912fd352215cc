import {generateKeyPairSync, sign} from 'node:crypto'

interface Certificate {
  /** Both in PEM. */
  key: string
  cert: string
}

/** Make a self-signed certificate (RFC 5280) for these host names, valid for a day. */
export function makeSelfSigned(hosts: string[], now = Date.now()): Certificate {
  const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'prime256v1'})
  const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'))
  const commonName = sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('tokenry test')))
  const name = sequence(der(0x31, commonName))
  const names = sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))
  const subjectAltName = sequence(Buffer.from('0603551d11', 'hex'), der(0x04, names))
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(now - 3_600_000), utcTime(now + 86_400_000)),
    name,
    publicKey.export({type: 'spki', format: 'der'}),
    der(0xa3, sequence(subjectAltName)),
  )
  const signature = sign('sha256', content, privateKey)
  const certificate = sequence(content, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return {
    key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  }
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

/** Tag, length and content. */
function der(tag: number, content: Buffer): Buffer {
  const {length} = content
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = length < 256 ? [length] : [length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, 128 + bytes.length, ...bytes]), content])
}

/** `YYMMDDHHMMSSZ` */
function utcTime(epochMs: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(epochMs).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`))
}
