// Times in the viewer's zone, live regions, and what a keyboard does in a list. Every page works without it, in UTC and as it was when it was
// loaded.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC';
const two = number => String(number).padStart(2, '0');
const localDate = at => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const localTime = at => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
const minutesAhead = at => -at.getTimezoneOffset();

// Days are the viewer's: a search that names one says in which zone.
for (const link of document.querySelectorAll('a[href*="due%3A"]:not([href*="zone="])')) link.href += `&zone=${encodeURIComponent(zone)}`;
document.querySelector('[data-search]')?.form.addEventListener('submit', event => {
  const field = event.target.querySelector('[data-zone]');
  field.value = zone;
  field.disabled = !event.target.elements.q.value.includes('due:');
});

// Sentences have times in UTC: they become the viewer's, too.
const inUtc = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/;

function localizeText(root) {
  for (const element of root.querySelectorAll('.why, #why p, .card p, .hint, .notice')) {
    for (const node of [...element.childNodes].filter(child => child.nodeType === Node.TEXT_NODE)) {
      for (let rest = node, match; (match = inUtc.exec(rest.data));) {
        const moment = rest.splitText(match.index);
        rest = moment.splitText(match[0].length);
        const time = document.createElement('time');
        time.dateTime = `${match[1]}T${match[2]}Z`;
        time.dataset.exact = '';
        moment.replaceWith(time);
      }
    }
  }
}

// What is a day away, or more, is said as a date.
function relative(at) {
  const ahead = (at - Date.now()) / 1000;
  const seconds = Math.round(Math.abs(ahead));
  if (seconds >= 86400) return null;
  if (seconds < 3) return 'now';
  const length = seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
  return ahead > 0 ? `in ${length}` : `${length} ago`;
}

function sayTime(element) {
  const at = new Date(element.dateTime);
  const milliseconds = element.dataset.precise === undefined ? '' : `.${String(at.getMilliseconds()).padStart(3, '0')}`;
  const instant = `${localDate(at)} ${localTime(at)}${milliseconds}`;
  const inUtcToo = `${element.dateTime.replace('T', ' ').replace('Z', '')} UTC`;
  const near = element.dataset.exact === undefined ? relative(at) : null;
  element.toggleAttribute('data-near', near !== null);
  element.textContent = near ?? instant;
  element.title = near === null ? inUtcToo : `${instant} (${inUtcToo})`;
}

setInterval(() => document.querySelectorAll('time[data-near]').forEach(sayTime), 10_000);

function localize(root) {
  localizeText(root);
  root.querySelectorAll('time[datetime]').forEach(sayTime);
  for (const element of root.querySelectorAll('[data-hour]')) {
    element.textContent = localTime(new Date(element.dataset.hour)).slice(0, 5);
  }
  for (const element of root.querySelectorAll('[data-from]')) {
    const from = localTime(new Date(element.dataset.from)).slice(0, 5);
    element.textContent = element.textContent.replace(/^From \d\d:\d\d UTC/, `From ${from}`);
  }
  for (const element of root.querySelectorAll('input[data-at]')) {
    const at = new Date(element.dataset.at);
    // Not over what somebody has typed meanwhile.
    if (element.value === element.defaultValue) element.value = `${localDate(at)}T${localTime(at)}`;
  }
}

// A finger can't hover: it taps.
document.addEventListener('click', event => {
  const time = event.target.closest('time[title]');
  if (!time || event.target.closest('a, button, summary')) return;
  if (time.dataset.near === undefined && time.dataset.tapped === undefined) return;
  time.toggleAttribute('data-tapped');
  time.toggleAttribute('data-exact', time.dataset.tapped !== undefined);
  sayTime(time);
});

// A field of date and time has no zone: the form says by how much the viewer's clock is ahead of UTC at that very time.
document.addEventListener('submit', event => {
  for (const field of event.target.querySelectorAll('input[type="datetime-local"]')) {
    const offset = event.target.elements[`${field.name}_offset`];
    if (offset && field.value) offset.value = minutesAhead(new Date(field.value));
  }
});

// A list whose rows can be selected.
for (const form of document.querySelectorAll('[data-bulk]')) {
  const all = form.querySelector('[data-select-all]');
  const rows = [...form.querySelectorAll('input[name="id"]')];
  const matching = form.querySelector('input[name="matching"]');
  const said = form.querySelector('[data-selected]');
  const say = () => {
    const count = rows.filter(row => row.checked).length;
    all.checked = count === rows.length;
    all.indeterminate = count > 0 && count < rows.length;
    const some = matching?.checked || count > 0;
    said.textContent = matching?.checked ? 'All that match are selected.' : count > 0 ? `${count} selected.` : 'Nothing is selected.';
    for (const button of form.querySelectorAll('button[name="action"]')) button.disabled = !some;
  };
  all.hidden = false;
  all.addEventListener('change', () => {
    for (const row of rows) row.checked = all.checked;
    say();
  });
  form.addEventListener('change', say);
  say();
}

// What is given out once can be copied.
for (const secret of document.querySelectorAll('.secret')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(secret.textContent);
      button.textContent = 'Copied';
    } catch {
      // Without TLS there is no clipboard: it is selected instead.
      getSelection().selectAllChildren(secret);
      button.textContent = 'Selected';
    }
  });
  secret.after(button);
}

// "/" goes to the search, arrows through a list, and enter opens the row.
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input:not([type="checkbox"]), textarea, select')) return;
  const search = document.querySelector('[data-search]');
  if (event.key === '/' && search) {
    search.focus();
    search.select();
    event.preventDefault();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...document.querySelectorAll('.table tbody td.wide a')];
  const at = links.indexOf(event.target.closest('tr')?.querySelector('td.wide a'));
  if (step && links.length > 0 && (at >= 0 || event.target === document.body || event.target.id === 'main')) {
    links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))].focus();
    event.preventDefault();
  }
});

// Regions are replaced where the server's answer differs from its last one; what is focused stays so.
const served = new Map();

function remember(root) {
  for (const region of root.querySelectorAll('[data-live]')) served.set(region.id, region.outerHTML);
}

function replace(region, fresh) {
  const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  served.set(fresh.id, fresh.outerHTML);
  const next = document.adoptNode(fresh);
  localize(next);
  region.replaceWith(next);
  if (focused !== null) {
    [...next.querySelectorAll('a')].find(link => link.getAttribute('href') === focused)?.focus();
  }
}

async function refresh(path) {
  const answer = await fetch(path, { headers: { Accept: 'text/html' }, redirect: 'manual' });
  if (answer.type === 'opaqueredirect') {
    location.reload(); // The session has ended.
    return;
  }
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const region of document.querySelectorAll('[data-live]')) {
    const fresh = page.getElementById(region.id);
    if (fresh && fresh.outerHTML !== served.get(region.id)) replace(region, fresh);
  }
  document.body.dataset.liveSeconds = page.body.dataset.liveSeconds ?? '';
}

function follow() {
  const { liveSeconds, path } = document.body.dataset;
  if (!liveSeconds) return;
  setTimeout(async () => {
    const stale = document.getElementById('stale');
    try {
      if (!document.hidden) await refresh(path);
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    }
    follow();
  }, liveSeconds * 1000);
}

// Markup that is only previewed goes into a frame that may do nothing. Without this there is a button.
for (const form of document.querySelectorAll('form[data-frame]')) form.submit();

remember(document);
document.getElementById('zone').textContent = zone;
document.getElementById('zone-hint').hidden = zone === 'UTC';
localize(document);
follow();
