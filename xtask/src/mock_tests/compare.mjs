// Every operation of a contract, asked of Prism and of `pailou mock`: the statuses are the same, or differ for a reason that has a name.
// usage: node compare.mjs FOLDER CONTRACT PRISM PAILOU
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Agent, request } from 'node:http';
import { join } from 'node:path';

const [folder, file, prism, pailou] = process.argv.slice(2);
const yaml = createRequire(join(folder, 'package.json'))('yaml');
const document = yaml.parse(readFileSync(file, 'utf8'), { maxAliasCount: -1 });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function send(base, method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = request(base + path, { method, headers, agent, timeout: 30_000 }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => resolve({ status: answer.statusCode, type: answer.headers['content-type'] ?? '', body: Buffer.concat(pieces).toString() }));
    });
    sent.on('timeout', () => sent.destroy(new Error('too slow')));
    sent.on('error', reject);
    sent.end(body);
  });
}

function follow(value) {
  for (let left = 20; left > 0 && value && typeof value === 'object' && typeof value.$ref === 'string'; left -= 1) {
    value = value.$ref
      .slice(2)
      .split('/')
      .reduce((at, token) => at?.[decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')], document);
  }
  return value;
}

/** A plain value for a parameter. */
function sample(schema, parameter) {
  schema = follow(schema) ?? {};
  const given = parameter?.example ?? schema.example ?? schema.default ?? schema.enum?.[0] ?? schema.examples?.[0];
  if (given !== undefined && typeof given !== 'object') return String(given);
  const inner = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema.allOf?.[0];
  if (inner && !schema.type) return sample(inner);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'integer' || type === 'number') return String(schema.minimum ?? 1);
  if (type === 'boolean') return 'true';
  if (type === 'array') return sample(schema.items);
  const formats = { uuid: '3fa85f64-5717-4562-b3fc-2c963f66afa6', date: '2026-01-15', 'date-time': '2026-01-15T09:30:00Z', ipv4: '192.0.2.1', email: 'a@example.com', uri: 'https://example.com/' };
  return formats[schema.format] ?? 'x'.repeat(Math.max(schema.minLength ?? 1, 1));
}

/** The requests that are asked: as the contract has it, and in ways that it has not. */
function* requests() {
  for (const [template, item] of Object.entries(document.paths ?? {})) {
    for (const method of ['get', 'put', 'post', 'delete', 'patch']) {
      const operation = item[method];
      if (!operation) continue;
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(follow);
      let path = template;
      const query = [];
      const headers = { accept: '*/*' };
      for (const parameter of parameters) {
        const value = encodeURIComponent(sample(parameter.schema, parameter));
        if (parameter.in === 'path') path = path.replaceAll(`{${parameter.name}}`, value);
        if (parameter.in === 'query' && parameter.required) query.push(`${encodeURIComponent(parameter.name)}=${value}`);
        if (parameter.in === 'header' && parameter.required) headers[parameter.name.toLowerCase()] = decodeURIComponent(value);
      }
      path += query.length ? `?${query.join('&')}` : '';
      const content = follow(operation.requestBody)?.content ?? {};
      const type = Object.keys(content)[0];
      let body;
      if (type) {
        const media = content[type];
        const example = media.example ?? follow(Object.values(media.examples ?? {})[0])?.value ?? follow(media.schema)?.example;
        if (example !== undefined && /json/.test(type)) body = JSON.stringify(example);
        else if (!follow(operation.requestBody).required) body = undefined;
        else body = /json/.test(type) ? '{}' : '';
        if (body !== undefined) headers['content-type'] = type;
      }
      const secured = (operation.security ?? document.security ?? []).length > 0;
      const credentials = secured ? { authorization: 'Bearer x', 'x-api-key': 'x' } : {};
      const name = `${method.toUpperCase()} ${template}`;
      const whole = { ...headers, ...credentials };
      yield { name, kind: 'as described', method, path, headers: whole, body, operation };
      if (secured) yield { name, kind: 'without credentials', method, path, headers, body, operation };
      yield { name, kind: 'status 404', method, path, headers: { ...whole, prefer: 'code=404' }, body, operation };
      yield { name, kind: 'not acceptable', method, path, headers: { ...whole, accept: 'application/x-unheard-of' }, body, operation };
      yield { name, kind: 'dynamic', method, path, headers: { ...whole, prefer: 'dynamic=true' }, body, operation };
      if (/json/.test(type ?? '') && type) yield { name, kind: 'broken body', method, path, headers: { ...whole, 'content-type': type }, body: '{"', operation };
    }
  }
  yield { name: 'GET /no/such/path', kind: 'unknown path', method: 'get', path: '/no/such/path/at/all', headers: {} };
}

/** Why statuses differ; nothing where no reason is known. */
function reason({ kind, operation }, theirs, ours) {
  const [them, us] = [theirs.status, ours.status];
  const of = (status) => operation?.responses && (status in operation.responses || `${String(status)[0]}XX` in operation.responses || 'default' in operation.responses);
  if (them === us) return 'the same';
  if (us === 501) return 'nothing fits the schema, as we say; Prism answers with what does not';
  if (them >= 500) return 'Prism fails (its generator, or the contract, is at fault)';
  if (us === 400 && them === 422) return 'we say 400 to a path, query, header or JSON that is wrong, Prism 422';
  if (us === 422 && them === 400) return 'we say 422 to a body that can be read, Prism the 400 of the contract';
  if (kind === 'status 404' && us === 400 && them === 404 && !of(404)) return 'we say 400 to a status that the contract has not, Prism 404';
  if (kind === 'not acceptable' && us === 406) return 'we answer 406 wherever the response has a body, Prism answers all the same';
  if (kind === 'broken body' && us === 400) return 'we refuse JSON that cannot be read, Prism does not';
  if ([400, 415, 422].includes(us) && them < 300) return 'we refuse what Prism lets through';
  if ([400, 422].includes(them) && us < 300) return 'Prism refuses what we let through';
  if (them === 401 && us !== 401) return 'Prism looks for credentials elsewhere';
  if (us === 401 || us === 403) return 'we ask for credentials where Prism does not';
  return undefined;
}

const counts = new Map();
const unknown = [];
let invalid = 0;
for (const asked of requests()) {
  const { method, path, headers, body } = asked;
  const theirs = await send(prism, method.toUpperCase(), path, headers, body).catch((error) => ({ status: 599, type: '', body: String(error) }));
  const ours = await send(pailou, method.toUpperCase(), path, headers, body);
  const why = reason(asked, theirs, ours);
  if (ours.status >= 500 && ours.status !== 501 && !(asked.operation && String(ours.status) in (asked.operation.responses ?? {}))) invalid += 1;
  if (why === undefined) unknown.push(`${asked.name} (${asked.kind}): Prism ${theirs.status}, Pailou ${ours.status}: ${ours.body.slice(0, 300)}`);
  else counts.set(`${asked.kind}: ${why}`, (counts.get(`${asked.kind}: ${why}`) ?? 0) + 1);
}
for (const [what, count] of [...counts].sort()) console.log(`  ${String(count).padStart(5)}  ${what}`);
unknown.slice(0, 20).forEach((line) => console.log(`  differs  ${line}`));

/** Answers a second to one plain request, over one connection. */
async function speed(base) {
  const first = [...requests()].find((asked) => asked.kind === 'as described' && asked.method === 'get');
  const begun = process.hrtime.bigint();
  let count = 0;
  while (process.hrtime.bigint() - begun < 2_000_000_000n) {
    await send(base, 'GET', first.path, first.headers);
    count += 1;
  }
  return Math.round(count / 2);
}
console.log(`  one connection, one request after the other, this client's share included: Prism ${await speed(prism)}/s, Pailou ${await speed(pailou)}/s`);
if (unknown.length || invalid) {
  console.error(`${unknown.length} statuses differ for no known reason, ${invalid} of ours are failures`);
  process.exit(1);
}
process.exit(0);
