@echo off
rem Replaces the executable of desktop VS Code where it isn't available: accepts the arguments that @vscode/test-electron passes.
node "%~dp0..\..\..\out\test\host\codeExecutable.js" %*
