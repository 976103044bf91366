// Prints whether the Secret Service is missing: node probeChild.js MODULES.
import { isSecretServiceMissing } from '../../../src/vaults/keyringProbe';

const [modules = ''] = process.argv.slice(2);
void isSecretServiceMissing(modules).then((isMissing) => process.stdout.write(String(isMissing)));
