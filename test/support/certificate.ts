import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** In PEM. */
export interface Certificate {
	readonly key: string;
	readonly cert: string;
}

/** A certificate for a host, good for two days, that nobody has signed; undefined without openssl. */
export async function selfSigned(host: string): Promise<Certificate | undefined> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-tls-'));
	try {
		const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
		const kind = /^[\d.]+$/.test(host) ? 'IP' : 'DNS';
		const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=${kind}:${host}`];
		const args = [
			'req',
			'-x509',
			'-newkey',
			'ec',
			'-pkeyopt',
			'ec_paramgen_curve:prime256v1',
			'-nodes',
			'-days',
			'2',
			...subject,
			'-keyout',
			key,
			'-out',
			cert,
		];
		await promisify(execFile)('openssl', args);
		return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
	} catch {
		return undefined;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
