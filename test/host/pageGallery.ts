// Shows every state of the pages in every theme, at http://127.0.0.1:5180/ or another port, until Ctrl+C: npm run pages [-- port]
import { startGalleryServer } from '../support/page/gallery/galleryServer';

const DEFAULT_PORT = 5180;

startGalleryServer(Number(process.argv[2] ?? DEFAULT_PORT)).then(
	({ url }) => {
		console.log(`The page gallery is running at ${url} Press Ctrl+C to stop it.`);
		console.log('To update it after each change, also run "npm run watch".');
	},
	(error: unknown) => {
		console.error(`Couldn't start the page gallery: ${String(error)}`);
		process.exitCode = 1;
	},
);
