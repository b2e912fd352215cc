#!/usr/bin/env node
// The sources as they are, without a build.
void import('../src/start/run.ts')
