/** What the API of a design is called, where the design is called as files are: `orders-v2` is `orders` at `v2`. */
export function nameAndVersion(design: string): { name: string; version: string } {
  const [, name = design, version = 'v1'] = /^(.+?)(?:-(v\d+))?$/.exec(design) ?? [];
  return { name, version };
}
