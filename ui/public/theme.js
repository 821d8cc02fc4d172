// Sets the chosen theme before the first paint. A file of its own, because the content security policy allows no inline script.
try {
  var theme = localStorage.getItem('pailou-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch (_) {
  // Storage may be off; the system's preference holds then.
}
