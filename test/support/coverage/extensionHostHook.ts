// Loaded into the server build and its child processes with `--require`. The server terminates the extension host with SIGTERM, which
// would discard its coverage: Node.js writes coverage only at a regular exit.
if (process.argv.includes('--type=extensionHost')) {
	process.on('SIGTERM', () => process.exit());
}
