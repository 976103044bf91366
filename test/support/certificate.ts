import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A private key and a certificate in PEM format. */
export interface Certificate {
	readonly key: string;
	readonly cert: string;
}

/** Creates a self-signed certificate for a host that's valid for two days. Resolves with undefined if openssl isn't installed. */
export async function createSelfSignedCertificate(host: string): Promise<Certificate | undefined> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-tls-'));
	try {
		const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
		const nameType = /^[\d.]+$/.test(host) ? 'IP' : 'DNS';
		const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=${nameType}:${host}`];
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
