import {expect} from 'chai'
import {resolveFolders} from '../../src/config/folders.ts'
import {AppError} from '../../src/errors/app-error.ts'

describe('resolveFolders', () => {
  it('follows the XDG defaults on Linux and on every other Unix', () => {
    for (const platform of ['linux', 'freebsd', 'openbsd', 'aix', 'android'] as const) {
      expect(resolveFolders({}, platform, '/home/ada')).to.deep.equal({
        data: '/home/ada/.local/share/tokenry',
        config: '/home/ada/.config/tokenry',
        cache: '/home/ada/.cache/tokenry',
      })
    }
  })

  it('follows the XDG variables on Linux, even without a home folder', () => {
    const env = {XDG_DATA_HOME: '/x/data', XDG_CONFIG_HOME: '/x/config/', XDG_CACHE_HOME: '/x/cache'}
    const expected = {data: '/x/data/tokenry', config: '/x/config/tokenry', cache: '/x/cache/tokenry'}
    expect(resolveFolders(env, 'linux', '/home/ada')).to.deep.equal(expected)
    expect(resolveFolders(env, 'linux', '')).to.deep.equal(expected)
  })

  it('ignores an XDG variable that is relative or empty', () => {
    const env = {XDG_DATA_HOME: 'data', XDG_CONFIG_HOME: '', XDG_CACHE_HOME: './cache'}
    expect(resolveFolders(env, 'linux', '/home/ada')).to.deep.equal(resolveFolders({}, 'linux', '/home/ada'))
  })

  it('uses the Library folder on macOS, even if an XDG variable is set', () => {
    expect(resolveFolders({XDG_DATA_HOME: '/x'}, 'darwin', '/Users/ada')).to.deep.equal({
      data: '/Users/ada/Library/Application Support/tokenry',
      config: '/Users/ada/Library/Preferences/tokenry',
      cache: '/Users/ada/Library/Caches/tokenry',
    })
  })

  it('uses the application folders on Windows', () => {
    const env = {LOCALAPPDATA: 'D:\\Local', APPDATA: 'D:\\Roaming'}
    expect(resolveFolders(env, 'win32', '')).to.deep.equal({
      data: 'D:\\Local\\tokenry\\Data',
      config: 'D:\\Roaming\\tokenry\\Config',
      cache: 'D:\\Local\\tokenry\\Cache',
    })
  })

  it('finds the application folders below the home folder on Windows if their variables are missing or relative', () => {
    for (const env of [{}, {LOCALAPPDATA: '', APPDATA: 'Roaming'}]) {
      expect(resolveFolders(env, 'win32', 'C:\\Users\\ada')).to.deep.equal({
        data: 'C:\\Users\\ada\\AppData\\Local\\tokenry\\Data',
        config: 'C:\\Users\\ada\\AppData\\Roaming\\tokenry\\Config',
        cache: 'C:\\Users\\ada\\AppData\\Local\\tokenry\\Cache',
      })
    }
  })

  it('keeps everything below TOKENRY_HOME, even without a home folder', () => {
    const env = {TOKENRY_HOME: '/srv/tokenry', XDG_DATA_HOME: '/x'}
    for (const platform of ['linux', 'darwin'] as const) {
      expect(resolveFolders(env, platform, '')).to.deep.equal({
        data: '/srv/tokenry/data',
        config: '/srv/tokenry/config',
        cache: '/srv/tokenry/cache',
      })
    }
    expect(resolveFolders({TOKENRY_HOME: 'D:\\t', APPDATA: 'D:\\x'}, 'win32', '')).to.deep.equal({
      data: 'D:\\t\\data',
      config: 'D:\\t\\config',
      cache: 'D:\\t\\cache',
    })
  })

  for (const value of ['state', './state', '../state', '.', ' /srv/tokenry', '$HOME/x', 'file:///srv', 'a b']) {
    it(`refuses a TOKENRY_HOME that is not absolute: ${value}`, () => {
      for (const platform of ['linux', 'darwin'] as const) {
        expect(() => resolveFolders({TOKENRY_HOME: value}, platform, '/home/ada'))
          .to.throw(AppError, `TOKENRY_HOME is not absolute: ${value}`)
          .that.nested.includes({code: 'CONFIG'})
          .and.has.nested.property('details.hint')
          .that.contains(`export TOKENRY_HOME="$PWD"/`)
      }
    })
  }

  for (const [value, instead] of [
    ['~/x', '"$HOME"/x'],
    ['~/my tokens', `"$HOME"/'my tokens'`],
    ['~', '"$HOME"/tokenry'],
    ['~ada/x', '"$HOME"/tokenry'],
    ['~+/x', '"$HOME"/tokenry'],
  ] as const) {
    it(`refuses a TOKENRY_HOME that begins with ~, because no shell has expanded it: ${value}`, () => {
      expect(() => resolveFolders({TOKENRY_HOME: value}, 'linux', '/home/ada'))
        .to.throw(AppError, 'TOKENRY_HOME begins with ~')
        .that.nested.includes({
          code: 'CONFIG',
          'details.hint': `Write the full path, such as: export TOKENRY_HOME=${instead}`,
        })
    })
  }

  it('accepts a ~ that is not at the beginning', () => {
    expect(resolveFolders({TOKENRY_HOME: '/srv/~/x~'}, 'linux', '').data).to.equal('/srv/~/x~/data')
  })

  it('refuses an empty TOKENRY_HOME, naming it', () => {
    for (const value of ['', ' ']) {
      expect(() => resolveFolders({TOKENRY_HOME: value}, 'linux', '/home/ada'))
        .to.throw(AppError, 'TOKENRY_HOME is set but empty')
        .with.property('code', 'CONFIG')
    }
  })

  it('refuses a missing or relative home folder, naming TOKENRY_HOME', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      for (const home of ['', 'here', '.']) {
        expect(() => resolveFolders({}, platform, home), `${platform} ${home}`)
          .to.throw(AppError, 'home folder')
          .that.nested.includes({
            code: 'CONFIG',
            'details.hint': 'Set TOKENRY_HOME to a folder for the files of tokenry',
          })
      }
    }
  })
})
