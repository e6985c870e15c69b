// Reloads the page when there is a newer version, and shows what keeps one from being made, and the PDF.
(() => {
  const { version, state, pdf } = document.currentScript.dataset;
  const PLACE = 'evidence-preview';

  // What was last begun above the window's upper edge holds still, whatever grows before it.
  function begun() {
    return [...document.querySelectorAll('main [id]')].filter(element =>
      element.getClientRects().length && element.getBoundingClientRect().top <= 0).pop();
  }

  function leave() {
    const mark = begun();
    sessionStorage.setItem(PLACE, JSON.stringify({
      id: mark && mark.id,
      above: mark ? mark.getBoundingClientRect().top : 0,
      left: scrollX,
      top: scrollY,
    }));
    location.reload();
  }

  function arrive() {
    const place = JSON.parse(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
    if (!place) return;
    const mark = place.id && document.getElementById(place.id);
    const shown = mark && mark.getClientRects().length;
    scrollTo({
      left: place.left,
      top: shown ? scrollY + mark.getBoundingClientRect().top - place.above : place.top,
      behavior: 'instant',
    });
  }
  if (sessionStorage.getItem(PLACE)) history.scrollRestoration = 'manual';
  addEventListener('load', () => document.fonts.ready.then(() => {
    arrive();
    history.scrollRestoration = 'auto';
  }));

  // Out of reach of the document's styles, and only ever text.
  const banner = document.createElement('div');
  const root = banner.attachShadow({ mode: 'open' });
  root.innerHTML = `
    <style>
      section {
        position: fixed; inset: auto 0 0; z-index: 2147483647; max-height: 50vh; overflow: auto;
        box-sizing: border-box; padding: 0.75rem 1rem; color: #fff; background: #7a1420;
        border-top: 3px solid #ffb3b8; font: 1rem/1.5 system-ui, sans-serif; text-align: left;
      }
      section:focus-visible { outline: 3px solid #fff; outline-offset: -6px; }
      strong { display: block; }
      pre { margin: 0.25rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere;
        font: 0.875rem/1.5 ui-monospace, monospace; }
      a { position: fixed; inset: auto 0.75rem 0.75rem auto; z-index: 2147483646;
        padding: 0.25rem 0.75rem; color: #fff; background: #1f2a33; border: 1px solid #fff;
        border-radius: 1rem; font: 0.875rem/1.5 system-ui, sans-serif; }
      a:focus-visible { outline: 3px solid #b34700; outline-offset: 2px; }
      @media print { section, a { display: none; } }
      [hidden] { display: none; }
    </style>
    <a target="evidence-preview-pdf" hidden></a>
    <section role="alert" tabindex="0" hidden>
      <strong>This change cannot be rendered</strong><pre></pre>
    </section>`;
  document.body.append(banner);
  function show(fault) {
    const text = root.querySelector('pre');
    // To write the same again would have it read out again.
    if (text.textContent === fault) return;
    text.textContent = fault;
    root.querySelector('section').hidden = !fault;
  }

  const link = root.querySelector('a');
  link.href = pdf;
  function offer(which) {
    link.hidden = !which;
    link.textContent = which === 'earlier' ? 'PDF (of an earlier page)' : 'PDF';
  }

  // Where nothing answers, the preview has ended, or not begun anew.
  const asking = setInterval(async () => {
    const answer = await fetch(state).catch(() => null);
    if (!answer || !answer.ok) return;
    const now = await answer.json();
    offer(now.pdf);
    if (now.version === version) return show(now.fault);
    clearInterval(asking);
    leave();
  }, 300);
})();
