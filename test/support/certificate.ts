import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate and its private key, in PEM format. */
export interface Certificate {
	readonly key: string;
	readonly cert: string;
}

/** Creates a self-signed certificate for a host name or IP address, valid for two days; undefined if OpenSSL isn't available. */
export async function createSelfSignedCertificate(host: string): Promise<Certificate | undefined> {
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
