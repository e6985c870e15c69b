// Follows the reader through the contents, and takes out of the keyboard's way what needs no
// scrolling. The page is whole without it.
(() => {
  const narrow = document.querySelector('details.contents.narrow');
  const links = new Map();
  for (const link of document.querySelectorAll('.contents.wide a, .contents.narrow a')) {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (section) links.set(section, [...(links.get(section) || []), link]);
  }

  const reached = new Set();
  let current = null;
  function mark() {
    // The last one begun is the innermost.
    const found = [...links.keys()].filter(section => reached.has(section)).pop() || null;
    if (found === current) return;
    for (const link of links.get(current) || []) link.removeAttribute('aria-current');
    for (const link of links.get(found) || []) {
      link.setAttribute('aria-current', 'true');
      const list = link.closest('nav');
      const above = link.offsetTop < list.scrollTop;
      const below = link.offsetTop + link.offsetHeight > list.scrollTop + list.clientHeight;
      if (above || below) list.scrollTop = link.offsetTop - list.clientHeight / 3;
    }
    current = found;
  }
  // What stands in the upper quarter of the window is what is being read.
  const reading = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (entry.isIntersecting) reached.add(entry.target);
      else reached.delete(entry.target);
    }
    mark();
  }, {rootMargin: '0px 0px -75% 0px'});
  for (const section of links.keys()) reading.observe(section);

  if (narrow) {
    document.documentElement.classList.add('follows');
    // Open, it lies over the text.
    narrow.addEventListener('click', event => {
      if (event.target.closest('a')) narrow.open = false;
    });
    narrow.addEventListener('focusout', event => {
      if (event.relatedTarget && !narrow.contains(event.relatedTarget)) narrow.open = false;
    });
    narrow.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || !narrow.open) return;
      narrow.open = false;
      narrow.querySelector('summary').focus();
    });
  }

  function fit(region) {
    const scrolls = region.scrollWidth > region.clientWidth + 1;
    region.classList.toggle('scrolls', scrolls);
    if (scrolls) region.setAttribute('tabindex', '0');
    else region.removeAttribute('tabindex');
  }
  const sizes = new ResizeObserver(entries => {
    for (const region of new Set(entries.map(entry => entry.target.closest('.scroll')))) fit(region);
  });
  for (const region of document.querySelectorAll('.scroll')) {
    sizes.observe(region);
    if (region.firstElementChild) sizes.observe(region.firstElementChild);
  }
})();
