/** A rule of placing the header, shown by a text before and after. */
export interface Sample {
	readonly rule: string;
	/** With the mark `‸` wherever the cursor may be. */
	readonly before: string;
	/** Undefined where there is no request to place the header in. */
	readonly after: string | undefined;
}

function sample(rule: string, before: string, after: string | undefined): Sample {
	return { rule, before: before.replace(/^\n/, ''), after: after?.replace(/^\n/, '') };
}

/** Request files. Fixtures show the header that is placed as `Authorization: ApiKey NEW`. */
export const fileSamples: readonly Sample[] = [
	sample(
		'below the request line, above the other headers, whatever part of the request the cursor is in',
		`
‸GET https://exa‸mple.com/a HTTP/1.1‸
‸Accept: ‸*/*
‸
{ "a":‸ 1 }
‸`,
		`
GET https://example.com/a HTTP/1.1
Authorization: ApiKey NEW
Accept: */*

{ "a": 1 }
`,
	),
	sample(
		'in a last line without line break, below other lines',
		`
###
GET https://example.com
?a=1‸`,
		`
###
GET https://example.com
?a=1
Authorization: ApiKey NEW`,
	),
	sample('above an empty last line', 'GET https://example.com\n‸', 'GET https://example.com\nAuthorization: ApiKey NEW\n'),
	sample(
		'above the blank line of a body without headers',
		`
POST https://example.com

‸{}
`,
		`
POST https://example.com
Authorization: ApiKey NEW

{}
`,
	),
	sample(
		'in the request that the cursor is in, and in no other',
		`
GET https://example.com/1

### two ‸
‸GET https://example.com/2
‸
###
GET https://example.com/3
Authorization: Basic 3
`,
		`
GET https://example.com/1

### two 
GET https://example.com/2
Authorization: ApiKey NEW

###
GET https://example.com/3
Authorization: Basic 3
`,
	),
	sample(
		'separators: three or more #, with a title, indented, and the request below is meant',
		`
GET https://example.com/1
   ####‸# GET https://example.com/no
# a com‸ment
GET https://example.com/2
`,
		`
GET https://example.com/1
   ##### GET https://example.com/no
# a comment
GET https://example.com/2
Authorization: ApiKey NEW
`,
	),
	sample(
		'from the blank lines between two requests into the one above',
		`
GET https://example.com/1
‸
‸
###
GET https://example.com/2
`,
		`
GET https://example.com/1
Authorization: ApiKey NEW


###
GET https://example.com/2
`,
	),
	sample(
		'at the end of the file into the last request',
		`
GET https://example.com/1
###
GET https://example.com/2

{}

‸
‸`,
		`
GET https://example.com/1
###
GET https://example.com/2
Authorization: ApiKey NEW

{}


`,
	),
	sample(
		'from variables above the first request, and from blocks of variables and comments, into the request below',
		`
@host = exa‸mple.com
@token=abc
‸
### variables only ‸
@lazy := {{host}}
# a comment‸

###
‸
### one
GET https://{{host}}
`,
		`
@host = example.com
@token=abc

### variables only 
@lazy := {{host}}
# a comment

###

### one
GET https://{{host}}
Authorization: ApiKey NEW
`,
	),
	sample(
		'below all that may stand above the request line',
		`
# a comment
// another
#@note
# @name first
   @host = example.com

{{
  GET https://example.com/in-a-script
  exports.url = 'https://example.com';
}}
{{@request
  request.headers = { Authorization: 'x' };
}}
< {% client.global.set('a', 1) %}
< {%
  const a = 'GET /x';
%}
< ./script.js
/*
GET https://example.com/commented
*/
GET https://example.com‸
Accept: */*
`,
		`
# a comment
// another
#@note
# @name first
   @host = example.com

{{
  GET https://example.com/in-a-script
  exports.url = 'https://example.com';
}}
{{@request
  request.headers = { Authorization: 'x' };
}}
< {% client.global.set('a', 1) %}
< {%
  const a = 'GET /x';
%}
< ./script.js
/*
GET https://example.com/commented
*/
GET https://example.com
Authorization: ApiKey NEW
Accept: */*
`,
	),
	sample(
		'below an import, a fragment and other lines above a request with a method',
		`
import other.http
proto < ./service.proto
keepCase: true

fragment Parts on Thing {
  id
}
‸POST https://example.com
`,
		`
import other.http
proto < ./service.proto
keepCase: true

fragment Parts on Thing {
  id
}
POST https://example.com
Authorization: ApiKey NEW
`,
	),
	...[
		'https://example.com',
		'example.com/path',
		'localhost:8080',
		'localhost',
		'[::1]:8080/a',
		'/path HTTP/1.1',
		'{{host}}/things?name=a b',
		'{{ $dotenv HOST }}',
		'https://example.com/?like(name,*a b*) HTTP/2',
		'get https://example.com',
		'Post {{url}}',
		'  GET   {{url}}  ',
		'DELETE things',
		'OPTIONS *',
		'PURGE https://example.com/cache',
		'M-SEARCH /x HTTP/1.1',
		'GRAPHQL https://example.com/graphql',
		'WS wss://example.com/devops',
		'WEBSOCKET {{host}}/ws',
		'SSE https://example.com/events',
		'GRPC localhost:50051/pkg.Service/Method',
		'wss://example.com/devops',
	].map((line) =>
		sample(`below the request line ${line.trim()}`, `### one\n${line}‸\nA: b\n`, `### one\n${line}\nAuthorization: ApiKey NEW\nA: b\n`),
	),
	sample(
		'below the lines that go on with the URL',
		`
GET https://example.com
‸    /things
/parts
    ?limit=10
&in(status,(a,b))
  &{{more}}
Accept: */*
`,
		`
GET https://example.com
    /things
/parts
    ?limit=10
&in(status,(a,b))
  &{{more}}
Authorization: ApiKey NEW
Accept: */*
`,
	),
	sample(
		'with comments among the lines of the URL and the headers',
		`
GET https://example.com
# first
?a=1
// &b=2
&c=3‸
# the headers
Accept: */*
`,
		`
GET https://example.com
# first
?a=1
// &b=2
&c=3
Authorization: ApiKey NEW
# the headers
Accept: */*
`,
	),
	sample(
		'above a body that follows without blank line, scripts, file references and assertions',
		`
POST https://example.com
‸{ "authorization": "x" }
`,
		`
POST https://example.com
Authorization: ApiKey NEW
{ "authorization": "x" }
`,
	),
	sample(
		'above an assertion, which is no part of the URL',
		`
GET https://example.com‸
?? status == 200
`,
		`
GET https://example.com
Authorization: ApiKey NEW
?? status == 200
`,
	),
	sample(
		'above a script that handles the response',
		`
GET https://example.com‸
> {%
Authorization: no header
%}
`,
		`
GET https://example.com
Authorization: ApiKey NEW
> {%
Authorization: no header
%}
`,
	),
	sample(
		'at column 0 though the other headers are indented',
		`
  GET https://example.com‸
  Accept: */*
`,
		`
  GET https://example.com
Authorization: ApiKey NEW
  Accept: */*
`,
	),
	sample(
		'in place of the value that is there, which keeps its place and the name its letters',
		`
GET https://example.com‸
Accept: */*
aUTHorization:   Basic dXNlcjpw  
X-Last: 1
`,
		`
GET https://example.com
Accept: */*
aUTHorization:   ApiKey NEW  
X-Last: 1
`,
	),
	...[
		['Authorization:Basic x', 'Authorization: ApiKey NEW'],
		['Authorization:', 'Authorization: ApiKey NEW'],
		['Authorization:  ', 'Authorization:  ApiKey NEW'],
		['Authorization :\tBearer {{token}},', 'Authorization :\tApiKey NEW'],
		['\tAuthorization: Basic user:pass word', '\tAuthorization: ApiKey NEW'],
		['\u00a0Authorization:\u00a0Basic\u00a0x\u00a0', '\u00a0Authorization:\u00a0ApiKey NEW\u00a0'],
		['Authorization: ApiKey NEW', 'Authorization: ApiKey NEW'],
	].map(([before, after]) =>
		sample(
			`in place of the value in ${JSON.stringify(before)}`,
			`GET https://example.com\n${before}‸\n\nbody`,
			`GET https://example.com\n${after}\n\nbody`,
		),
	),
	sample(
		'once: of several headers the first stays',
		`
GET https://example.com‸
Authorization: Basic 1
Accept: */*
authorization: Basic 2
AUTHORIZATION: Basic 3
`,
		`
GET https://example.com
Authorization: ApiKey NEW
Accept: */*
`,
	),
	sample(
		'once, where the last of several headers ends the file without line break',
		`
GET https://example.com‸
Authorization: Basic 1
authorization: Basic 2`,
		`
GET https://example.com
Authorization: ApiKey NEW
`,
	),
	sample(
		'next to comments, bodies and headers of other names, which it leaves alone',
		`
# Authorization: Basic a
POST https://example.com‸
# Authorization: Basic b
//Authorization: Basic c
#Authorization: Basic d
Proxy-Authorization: Basic e
X-Authorization: Basic f

Authorization: Basic g
authorization: Basic h
`,
		`
# Authorization: Basic a
POST https://example.com
Authorization: ApiKey NEW
# Authorization: Basic b
//Authorization: Basic c
#Authorization: Basic d
Proxy-Authorization: Basic e
X-Authorization: Basic f

Authorization: Basic g
authorization: Basic h
`,
	),
	sample(
		'below the URL, where httpYac would take the header that is there for the body',
		`
GET https://example.com‸
#no space
Authorization: Basic x
Accept: */*
`,
		`
GET https://example.com
Authorization: ApiKey NEW
#no space
Accept: */*
`,
	),
	sample(
		'in place of a header below query lines that REST Client alone reads',
		`
GET https://example.com
?in(status,(a,b))
Authorization: Basic x‸
`,
		`
GET https://example.com
?in(status,(a,b))
Authorization: ApiKey NEW
`,
	),
	sample(
		'in place of an indented header below query lines that REST Client alone reads',
		`
GET https://example.com
?in(status,(a,b))
  Authorization: Basic x‸
`,
		`
GET https://example.com
?in(status,(a,b))
  Authorization: ApiKey NEW
`,
	),
	sample(
		'above a query of GraphQL without blank line, whose fields are no headers',
		`
GRAPHQL https://example.com‸
query {
  authorization: field
}
`,
		`
GRAPHQL https://example.com
Authorization: ApiKey NEW
query {
  authorization: field
}
`,
	),
	sample(
		'in place of a value that JetBrains folds',
		`
GET https://example.com
Authorization: ApiKey
    SU-111-222-333:abc‸
Accept: */*
`,
		`
GET https://example.com
Authorization: ApiKey NEW
Accept: */*
`,
	),
	sample(
		'in place of a value that JetBrains folds after the colon',
		`
GET https://example.com
Authorization:
    Bearer {{token}}‸
Accept: */*
`,
		`
GET https://example.com
Authorization: ApiKey NEW
Accept: */*
`,
	),
	sample(
		'above indented lines that are headers and no folded value',
		`
GET https://example.com
Authorization: Bearer‸
    x-two:2
Authorization:
    Accept: */*
`,
		`
GET https://example.com
Authorization: ApiKey NEW
    x-two:2
    Accept: */*
`,
	),
	sample(
		'in a second request without separator, as httpYac reads it',
		`
GET https://example.com/1

GET https://exam‸ple.com/2
Accept: */*‸

‸
`,
		`
GET https://example.com/1

GET https://example.com/2
Authorization: ApiKey NEW
Accept: */*


`,
	),
	sample(
		'in the first of two requests without separator',
		`
GET https://example.com/1‸
POST https://example.com/2
Authorization: Basic 2
`,
		`
GET https://example.com/1
Authorization: ApiKey NEW
POST https://example.com/2
Authorization: Basic 2
`,
	),
	sample(
		'above a body in which lines start like requests',
		`
POST https://example.com

DELETE FROM tokens‸
get https://example.com
Authorization: Basic body
GET started‸
`,
		`
POST https://example.com
Authorization: ApiKey NEW

DELETE FROM tokens
get https://example.com
Authorization: Basic body
GET started
`,
	),
	sample(
		'above the parts of a multipart/mixed body, requests though they look',
		`
POST https://example.com/batch
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: application/http

GET /things HTTP/1.1‸
Authorization: Basic part

--b--
`,
		`
POST https://example.com/batch
Authorization: ApiKey NEW
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: application/http

GET /things HTTP/1.1
Authorization: Basic part

--b--
`,
	),
	sample(
		'above a body that httpYac is told to end at separators only',
		`
# @forceRegionDelimiter
POST https://example.com

GET https://example.com/in-the-body‸
`,
		`
# @forceRegionDelimiter
POST https://example.com
Authorization: ApiKey NEW

GET https://example.com/in-the-body
`,
	),
	sample(
		'in a file with a byte order mark',
		'\ufeffGET https://example.com‸\n',
		'\ufeffGET https://example.com\nAuthorization: ApiKey NEW\n',
	),
	sample(
		'in mixed line breaks with that of the line above',
		'### one\r\nGET https://example.com‸\n?a=1\r\nAccept: */*\n',
		'### one\r\nGET https://example.com\n?a=1\r\nAuthorization: ApiKey NEW\r\nAccept: */*\n',
	),
	sample(
		'in mixed line breaks without a last one with that before the line above',
		'### one\n# two\r\nGET https://example.com‸',
		'### one\n# two\r\nGET https://example.com\r\nAuthorization: ApiKey NEW',
	),
	sample(
		'in lines that end with CR alone',
		'### one\rGET https://example.com‸\rAccept: */*',
		'### one\rGET https://example.com\rAuthorization: ApiKey NEW\rAccept: */*',
	),
	sample('nowhere in an empty file', '‸', undefined),
	sample('nowhere in a file of variables and comments', '@host = example.com\n‸# a comment\n\n', undefined),
	sample('nowhere below the last separator', 'GET https://example.com\n\n###\n‸\n# a comment‸', undefined),
	sample('nowhere in prose', '### one\nGet started with the things.‸\n\nSee https://example.com\n', undefined),
	sample(
		'nowhere in a stored response',
		'### one\nHTTP/1.1 200 OK\nAuthorization: Basic x‸\n\nhttps://example.com\n###\nGET https://example.com',
		undefined,
	),
	sample('nowhere in a script that is being written', '{{\nexports.a = 1;‸\n', undefined),
];

/** cURL commands in request files. */
export const curlSamples: readonly Sample[] = [
	sample(
		'as an argument right after the word curl',
		"curl https://example.com -d 'a'‸\n",
		`curl -H "Authorization: ApiKey NEW" https://example.com -d 'a'\n`,
	),
	sample('in a command of nothing but its word', 'CURL‸', 'CURL -H "Authorization: ApiKey NEW"'),
	sample(
		'with its continuations as they are',
		`
# @name one
curl -X POST \\
  https://example.com \\
# a comment
  -H "Accept: */*" \\‸
  -d '{
    "authorization": "x"
  }'

###
`,
		`
# @name one
curl -H "Authorization: ApiKey NEW" -X POST \\
  https://example.com \\
# a comment
  -H "Accept: */*" \\
  -d '{
    "authorization": "x"
  }'

###
`,
	),
	sample(
		'with the continuations of other shells as they are',
		`
curl ^‸
  https://example.com ^
  -H "Authorization: Basic 1" ^
  -u a:b ^
  -k
`,
		`
curl ^
  https://example.com ^
  -H "Authorization: ApiKey NEW" ^
  -k
`,
	),
	...[
		['-H "Authorization: Basic x"', '-H "Authorization: ApiKey NEW"'],
		["-H 'authorization:Basic x'", "-H 'authorization: ApiKey NEW'"],
		["-H $'Authorization: Basic \\'x'", '-H "Authorization: ApiKey NEW"'],
		['-H"Authorization: Basic x"', '-H "Authorization: ApiKey NEW"'],
		['-HAuthorization:x', '-H "Authorization: ApiKey NEW"'],
		['-H Authorization:\\ Basic\\ x', '-H "Authorization: ApiKey NEW"'],
		['-H "Authorization;"', '-H "Authorization: ApiKey NEW"'],
		["-sSLH 'Authorization: Basic x'", "-sSLH 'Authorization: ApiKey NEW'"],
		["--header 'Authorization: Basic x'", "--header 'Authorization: ApiKey NEW'"],
		['--header="AUTHORIZATION: Basic x"', '--header="AUTHORIZATION: ApiKey NEW"'],
		['-u user:pass', '-H "Authorization: ApiKey NEW"'],
		['-ku user:pass', '-k -H "Authorization: ApiKey NEW"'],
		['--user "user:pass"', '-H "Authorization: ApiKey NEW"'],
		['--user=user:pass', '-H "Authorization: ApiKey NEW"'],
		['--oauth2-bearer {{token}}', '-H "Authorization: ApiKey NEW"'],
		["-H 'X: 1' --header 'Authorization: Basic x'", `-H 'X: 1' -H 'Authorization: ApiKey NEW'`],
		["--header 'X: 1' -u user:pass", `--header 'X: 1' --header "Authorization: ApiKey NEW"`],
		["-H 'Authorization: Basic 1' -d a -H 'authorization: Basic 2' -sH 'Authorization: Basic 3'", "-H 'Authorization: ApiKey NEW' -d a -s"],
	].map(([before, after]) =>
		sample(`in place of ${before}`, `curl https://example.com ${before}‸ -d x\n`, `curl https://example.com ${after} -d x\n`),
	),
	sample(
		'next to headers of other names and texts that are no options',
		`
curl -d "-H 'Authorization: body'" --user-agent x‸ -H 'X-Authorization: 1' -H "X: Authorization: y" https://example.com
`,
		`
curl -H "Authorization: ApiKey NEW" -d "-H 'Authorization: body'" --user-agent x -H 'X-Authorization: 1' -H "X: Authorization: y" https://example.com
`,
	),
	sample(
		'with the option that the other headers use, because REST Client reads but one of them',
		`
curl --header 'Accept: */*' https://example.com‸
`,
		`
curl --header "Authorization: ApiKey NEW" --header 'Accept: */*' https://example.com
`,
	),
	sample(
		'once, as the header that REST Client reads of several',
		`
curl --header 'X: 1' --header 'Authorization: Basic 1' -H 'Authorization: Basic 2' https://example.com‸
`,
		`
curl --header 'X: 1' -H 'Authorization: ApiKey NEW' https://example.com
`,
	),
	sample(
		'once, with continuations and comments that go on',
		`
curl -H "Authorization: Basic 1" \\‸
  -u a:b \\
# a comment
  --user c:d \\
  https://example.com
`,
		`
curl -H "Authorization: ApiKey NEW" \\
# a comment
   \\
  https://example.com
`,
	),
	sample(
		'in the command that the cursor is in, of two in a block',
		`
curl https://example.com/1 -d "
curl no command
"

curl https://exam‸ple.com/2
GET https://example.com/3
`,
		`
curl https://example.com/1 -d "
curl no command
"

curl -H "Authorization: ApiKey NEW" https://example.com/2
GET https://example.com/3
`,
	),
	sample(
		'with an open quote',
		`curl 'https://example.com -H "Authorization: x"‸`,
		`curl -H "Authorization: ApiKey NEW" 'https://example.com -H "Authorization: x"`,
	),
];

/** Markdown documents; ''' stands for a fence of backticks. Outside of fences of requests there is nothing to place. */
export const markdownSamples: readonly Sample[] = [
	sample(
		'in the fence that the cursor is in',
		`
# A title

'''http
GET https://example.com/1
'''

‸'''rest‸
@host = example.com
‸GET https://{{host}}
'''‸

GET https://example.com/3
`,
		`
# A title

'''http
GET https://example.com/1
'''

'''rest
@host = example.com
GET https://{{host}}
Authorization: ApiKey NEW
'''

GET https://example.com/3
`,
	),
	sample(
		'in the request of a fence with several',
		`
''' HTTP title=two
GET https://example.com/1
###
GET https://example.com/2‸
'''
`,
		`
''' HTTP title=two
GET https://example.com/1
###
GET https://example.com/2
Authorization: ApiKey NEW
'''
`,
	),
	sample(
		'with the indent of a fence in a list',
		`
- a list

  ~~~~http
  GET https://example.com‸
  ~~~

  still in it
  ~~~~~
`,
		`
- a list

  ~~~~http
  GET https://example.com
  Authorization: ApiKey NEW
  ~~~

  still in it
  ~~~~~
`,
	),
	sample(
		'in a fence that nothing closes',
		"'''http\nGET https://example.com‸",
		"'''http\nGET https://example.com\nAuthorization: ApiKey NEW",
	),
	sample('nowhere in a fence without request', "'''http\n‸\n'''\n\n'''http\nGET https://example.com\n'''", undefined),
];
