#!/usr/bin/env node
// The sources as they are, without a build.
import('../src/start/run.ts')
