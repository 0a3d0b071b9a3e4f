import { mkdirSync, writeFileSync } from 'node:fs';
import { FOLDER, makeDashboards } from './grafana/dashboards.js';

/** Makes the dashboards of packaging/grafana: `npm run dashboards`. */
mkdirSync(FOLDER, { recursive: true });
for (const [path, text] of await makeDashboards()) writeFileSync(path, text);
