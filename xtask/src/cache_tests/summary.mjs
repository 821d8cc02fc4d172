// Counts what passed of the public tests for HTTP caches, beside the results of other caches that come with the suite.
// Usage: summary.mjs SUITE RESULTS LEAST
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [suite, results, least] = process.argv.slice(2)
const load = async (path) => (await import(pathToFileURL(join(suite, path)))).default
const suites = [...await load('tests/index.mjs')]
const tests = new Map(suites.flatMap((one) => one.tests).filter((test) => !test.browser_only).map((test) => [test.id, test]))
const kinds = ['required', 'optimal', 'check']
const kindOf = (test) => test.kind ?? 'required'

// A test counts as passed only where those that it depends on have passed, as the suite's own tables have it.
function passes (all, id, seen = new Set()) {
  const test = tests.get(id)
  if (!test || seen.has(id)) return true
  seen.add(id)
  return all[id] === true && (test.depends_on ?? []).every((other) => passes(all, other, seen))
}

function count (all) {
  return kinds.map((kind) => {
    const these = [...tests.values()].filter((test) => kindOf(test) === kind)
    return [these.filter((test) => passes(all, test.id)).length, these.length]
  })
}

const ours = JSON.parse(readFileSync(results, 'utf8'))
const rows = [['Pailou', count(ours)]]
for (const other of await load('results/index.mjs')) {
  if (other.type === 'browser') continue
  const theirs = JSON.parse(readFileSync(join(suite, 'results', other.file), 'utf8'))
  rows.push([`${other.name} ${other.version}`, count(theirs)])
}
console.log(['', ...kinds].join('\t'))
for (const [name, counts] of rows) console.log([name, ...counts.map(([n, of]) => `${n}/${of}`)].join('\t'))

for (const kind of ['required', 'optimal']) {
  const missed = [...tests.values()].filter((test) => kindOf(test) === kind && !passes(ours, test.id))
  console.log(`\n${kind}, not passed: ${missed.length}`)
  for (const { id } of missed) console.log(`  ${id}: ${ours[id] === true ? 'what it depends on did not pass' : ours[id]}`)
}
const [[passed]] = count(ours)
if (passed < Number(least)) {
  console.error(`${passed} required tests passed; ${least} did before`)
  process.exit(1)
}
