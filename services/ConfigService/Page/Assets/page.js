// Times in the viewer's zone, and live regions. Every page works without it, in UTC and as it was when it was loaded.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC';
const two = number => String(number).padStart(2, '0');
const localDate = at => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const localTime = at => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
const minutesAhead = at => -at.getTimezoneOffset();

function localize(root) {
  for (const element of root.querySelectorAll('time[datetime]')) {
    const at = new Date(element.dateTime);
    const milliseconds = element.dataset.precise === undefined ? '' : `.${String(at.getMilliseconds()).padStart(3, '0')}`;
    element.textContent = `${localDate(at)} ${localTime(at)}${milliseconds}`;
    element.title = `${element.dateTime.replace('T', ' ').replace('Z', '')} UTC`;
  }
  for (const element of root.querySelectorAll('[data-hour]')) {
    element.textContent = localTime(new Date(element.dataset.hour)).slice(0, 5);
  }
  for (const element of root.querySelectorAll('input[data-at]')) {
    const at = new Date(element.dataset.at);
    element.value = `${localDate(at)}T${localTime(at)}`;
  }
}

// A field of date and time has no zone: the form says by how much the viewer's clock is ahead of UTC at that very time.
document.addEventListener('submit', event => {
  for (const field of event.target.querySelectorAll('input[type="datetime-local"]')) {
    const offset = event.target.elements[`${field.name}_offset`];
    if (offset && field.value) offset.value = minutesAhead(new Date(field.value));
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
