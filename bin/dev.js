#!/usr/bin/env node
// Run the TypeScript sources directly, without a build.
void import('../src/start/run.ts')
