// The icons, drawn on a 24 grid with one stroke width. Decorative: the text beside them, or a label, says what they mean.
const PATHS = {
  home: 'M4 11.5 12 5l8 6.500M6.500 10v9h11v-9',
  api: 'M8 8 4 12l4 4M16 8l4 4-4 4M13.500 6l-3 12',
  route: 'M6 5v6a4 4 0 0 0 4 4h8M15 12l3.500 3L15 18M6 5 3.500 7.500M6 5l2.500 2.500',
  upstream: 'M5 5h14v5H5zM5 14h14v5H5zM8 7.500h.01M8 16.500h.01',
  split: 'M4 12h4l5-6h7M8 12l5 6h7M17 3l3 3-3 3M17 15l3 3-3 3',
  gateway: 'M4 7c4 0 6-1 8-3 2 2 4 3 8 3M6 7v13M18 7v13M6 11h12M10 11v9M14 11v9',
  certificate: 'M5 4h14v10H5zM8 8h8M8 11h4M14.500 20v-6M18.500 20v-6M14.500 20l2-1.500 2 1.500',
  secret: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3M12 14.500v2',
  block: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM6.500 6.500l11 11',
  people: 'M9 11.500a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400zM2.800 19c.7-3 3-4.600 6.200-4.600s5.500 1.600 6.200 4.600M15.500 5.300a3.200 3.200 0 0 1 0 6.200M17.500 14.800c2 .6 3.300 2 3.800 4.200',
  consumer: 'M12 12a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM5 19.500c.8-3.200 3.500-5 7-5s6.200 1.800 7 5',
  product: 'M12 4 4.500 8v8L12 20l7.500-4V8zM4.500 8 12 12l7.500-4M12 12v8',
  plan: 'M6 4h12v16H6zM9 8.500h6M9 12h6M9 15.500h3.500',
  app: 'M5 5h6v6H5zM13 5h6v6h-6zM5 13h6v6H5zM13 13h6v6h-6z',
  subscription: 'M9.500 14.500l5-5M8 11l-2 2a3.500 3.500 0 0 0 5 5l2-2M16 13l2-2a3.500 3.500 0 0 0-5-5l-2 2',
  live: 'M3 12h4l3-7 4 14 3-7h4',
  log: 'M5 6h14M5 10h14M5 14h9M5 18h6',
  audit: 'M12 3.500 5 6v5.500c0 4.500 3 7.500 7 9 4-1.500 7-4.500 7-9V6zM9 12l2.200 2.200L15.500 10',
  system: 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3.500v2.500M12 18v2.500M3.500 12H6M18 12h2.500M6 6l1.800 1.800M16.200 16.200 18 18M6 18l1.800-1.800M16.200 7.800 18 6',
  policy: 'M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h11M19 17h1M17 15v4',
  workspace: 'M4 20V9l6-4v15M10 9l10 3v8M4 20h16M7 11h.01M7 15h.01M14 14.500h.01M17 14.500h.01',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
  plus: 'M12 5v14M5 12h14',
  check: 'M5 12.500l4.500 4.500L19 7',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  chevron: 'M7 10l5 5 5-5',
  right: 'M9 5l7 7-7 7',
  left: 'M15 5l-7 7 7 7',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  trash: 'M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7M10.500 10.500v6M13.500 10.500v6',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 5l12 7-12 7z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600 7 7M17 17l1.400 1.400M5.600 18.400 7 17M17 7l1.400-1.400',
  moon: 'M19 14.500A7.500 7.500 0 0 1 9.500 5 7.500 7.500 0 1 0 19 14.500z',
  auto: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  menu: 'M4 7h16M4 12h16M4 17h16',
  warning: 'M12 4 3 19.500h18zM12 10v4.500M12 17v.01',
  note: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 11v5M12 8v.01',
  key: 'M8 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11.500 12H20M17 12v3M20 12v2',
  external: 'M10 5H5v14h14v-5M14 5h5v5M19 5l-8 8',
  refresh: 'M19 8A8 8 0 0 0 5 9M5 5v4h4M5 16a8 8 0 0 0 14-1M19 19v-4h-4',
  upload: 'M12 15V5M7.500 9.500 12 5l4.500 4.500M5 15v4h14v-4',
  signout: 'M10 5H5v14h5M14 8l4 4-4 4M18 12H9',
  book: 'M5 5h5.500c.8 0 1.500.7 1.500 1.500V19c0-.8-.7-1.500-1.500-1.500H5zM19 5h-5.500c-.8 0-1.500.7-1.500 1.500V19c0-.8.7-1.500 1.500-1.500H19z',
  dots: 'M6 12h.01M12 12h.01M18 12h.01',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.6} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The product's mark: the gate a street is entered by. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g fill="var(--brand)">
        <path d="M2.500 8.200c3.400 0 5.600-1 6.900-3.200h13.200c1.300 2.200 3.500 3.200 6.900 3.200v3.400h-27z" />
        <path d="M5 14h22v3H5zM7 19h3.600v9H7zM21.400 19H25v9h-3.600zM14.200 11.600h3.600V14h-3.600z" />
      </g>
    </svg>
  );
}
