@echo off
rem Stands in for desktop VS Code where there is none: takes the arguments that @vscode/test-electron gives it.
node "%~dp0..\..\..\out\test\host\codeExecutable.js" %*
