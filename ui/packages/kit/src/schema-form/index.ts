// Apart from the kit's front door, because it brings a YAML reader along.
export { describeFields, type FieldDoc } from './describe.ts';
export { initialValue, isUnder, joinPath, type Placed, type Schema } from './schema.ts';
export { SchemaForm, toYaml, YamlField } from './SchemaForm.tsx';
