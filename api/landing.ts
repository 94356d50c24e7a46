import { Router } from 'express';
import { districtTime } from '../store/clock.ts';
import { asCaller } from '../store/database.ts';
import { readDistrict } from '../store/read/health.ts';
import type { ApiServices } from './ports.ts';
import { ANYONE } from './signin.ts';

const STYLE = `:root { color-scheme: light dark; font: 1.05rem/1.55 system-ui, sans-serif; }
body { max-width: 42rem; margin: 3rem auto; padding: 0 1.25rem; }
h1 { margin-bottom: 0.25rem; }
.day { font-variant-numeric: tabular-nums; }
code { font-size: 0.95em; }
li { margin: 0.3rem 0; }
`;

/** The page at `/`: what this is and where to go. It shows nothing about anybody. */
export function landingPage(services: ApiServices): Router {
  const router = Router();
  router.get('/landing.css', (_request, response) => void response.type('css').send(STYLE));
  router.get('/', async (_request, response) => {
    response.type('html').send(page(await districtLine(services), services.version));
  });
  return router;
}

async function districtLine({ db }: ApiServices): Promise<string> {
  try {
    const { district, day } = await asCaller(db, ANYONE, async (trx) => {
      const found = await readDistrict(trx);
      return { district: found, day: found ? (await districtTime(trx)).day : '' };
    });
    if (!district) return 'No district has been loaded yet.';
    const kind = district.live ? '' : ' (not live: its clock is moved by hand)';
    return `District: <strong>${escape(district.name)}</strong>. Its day is <strong class="day">${day}</strong>${kind}.`;
  } catch {
    return 'The database does not answer at the moment; see <a href="/v1/health">health</a>.';
  }
}

function page(district: string, version: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rollbook</title>
<link rel="stylesheet" href="/landing.css">
</head>
<body>
<h1>Rollbook</h1>
<p>Every student's attendance case as one durable workflow, from a phone call to a SARB packet.</p>
<p>${district}</p>
<ul>
<li><a href="/docs/">The API, page by page</a>, to be tried from there with your token</li>
<li><a href="/v1/openapi.json">The same as an OpenAPI 3.1 document</a></li>
<li><a href="/v1/health">Health of the service</a></li>
</ul>
<p>People sign in with a personal token: <code>Authorization: Bearer …</code>. On the command line, <code>rollbook people</code> shows who can,
and <code>rollbook --help</code> what can be done.</p>
<p>Version ${escape(version)}.</p>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
