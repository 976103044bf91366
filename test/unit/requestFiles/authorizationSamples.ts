/** A rule for setting the header, with an example before and after. */
export interface Sample {
	readonly rule: string;
	/** With `‸` at each cursor position that gives the same result. */
	readonly before: string;
	/** Undefined if there's no request at the cursor. */
	readonly after: string | undefined;
}

function sample(rule: string, before: string, after: string | undefined): Sample {
	return { rule, before: before.replace(/^\n/, ''), after: after?.replace(/^\n/, '') };
}

/** Request files. The new header is `Authorization: ApiKey NEW`. */
export const fileSamples: readonly Sample[] = [
	sample(
		'adds the header below the request line, wherever the cursor is in the request',
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
		'adds the header after a last line without a line break',
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
	sample('adds the header above an empty last line', 'GET https://example.com\n‸', 'GET https://example.com\nAuthorization: ApiKey NEW\n'),
	sample(
		'adds the header above the blank line before a body',
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
		'changes only the request at the cursor',
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
		'supports separators with three or more #, with titles and indentation, and selects the request below',
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
		'selects the request above blank lines',
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
		'selects the last request at the end of the file',
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
		'selects the request below variables and comments',
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
		'adds the header below everything that can precede the request line',
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
		'finds a request with a method below imports, fragments, and other lines',
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
		sample(
			`adds the header below the request line ${line.trim()}`,
			`### one\n${line}‸\nA: b\n`,
			`### one\n${line}\nAuthorization: ApiKey NEW\nA: b\n`,
		),
	),
	sample(
		'adds the header below lines that continue the URL',
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
		'supports comments between URL lines and headers',
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
		'adds the header above a body, script, file reference, or assertion without a blank line before it',
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
		"adds the header above an assertion, which isn't part of the URL",
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
		'adds the header above a response script',
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
		'adds the header without indentation, even if other headers are indented',
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
		"replaces an existing value, and keeps the header's position and case",
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
			`replaces the value in ${JSON.stringify(before)}`,
			`GET https://example.com\n${before}‸\n\nbody`,
			`GET https://example.com\n${after}\n\nbody`,
		),
	),
	sample(
		'keeps only the first of several headers',
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
		'keeps only one header if the last one ends the file without a line break',
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
		'leaves comments, bodies, and other headers alone',
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
		'moves the header below the URL if httpYac would treat it as part of the body',
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
		'replaces a header below query lines that only REST Client supports',
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
		'replaces an indented header below query lines that only REST Client supports',
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
		"adds the header above a GraphQL query without a blank line, whose fields aren't headers",
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
		'replaces a value that JetBrains folds',
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
		'replaces a value that JetBrains folds after the colon',
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
		"adds the header above indented headers, which aren't folded values",
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
		'keeps indented headers below a value with a stray quote',
		`
GET https://example.com
Authorization: Basic dXNl"‸
    Accept: "text/plain"
    X-Two: 2
`,
		`
GET https://example.com
Authorization: ApiKey NEW
    Accept: "text/plain"
    X-Two: 2
`,
	),
	...[
		['Authorization', 'Authorization: ApiKey NEW'],
		['  authorization \t', '  authorization: ApiKey NEW'],
		['AUTHORIZATION Basic dXNlcjpw', 'AUTHORIZATION: ApiKey NEW'],
		['Authorization  ApiKey {{token}}  ', 'Authorization: ApiKey NEW'],
		['Authorization\n    Bearer {{token}}', 'Authorization: ApiKey NEW'],
	].flatMap(([line, header]) => [
		sample(
			`completes ${JSON.stringify(line)}, which REST Client sends and httpYac treats as the body`,
			`GET https://example.com\nAccept: */*\n${line}‸\nX-Last: 1\n\nAuthorization`,
			`GET https://example.com\nAccept: */*\n${header}${/ *\t?$/.exec(line!)![0]}\nX-Last: 1\n\nAuthorization`,
		),
		sample(
			`completes ${JSON.stringify(line)} at the end of the file`,
			`GET https://example.com\n${line}‸`,
			`GET https://example.com\n${header}${/ *\t?$/.exec(line!)![0]}`,
		),
	]),
	sample(
		'keeps only one of several headers without a colon',
		`
GET https://example.com‸
Authorization
X: 1
authorization: Basic 1
authorization
`,
		`
GET https://example.com
Authorization: ApiKey NEW
X: 1
`,
	),
	sample(
		"doesn't complete a header without a colon that httpYac would treat as part of the body",
		`
GET https://example.com‸
#no space
Authorization
`,
		`
GET https://example.com
Authorization: ApiKey NEW
#no space
`,
	),
	sample(
		'leaves other lines that start with the name alone',
		`
POST https://example.com‸
Authorization code is 1
Authorizations
Authorization-Note
`,
		`
POST https://example.com
Authorization: ApiKey NEW
Authorization code is 1
Authorizations
Authorization-Note
`,
	),
	...[
		['Digest username="user",\n\trealm="a b: c",\n  nonce={{nonce}}, uri="/?a=1",\n    qop=auth'],
		['AWS4-HMAC-SHA256\n  Credential=KEY/20260101/eu/s3/aws4_request,\n  SignedHeaders=host;range,\n  Signature=abc'],
		['AWS4-HMAC-SHA256 Credential=KEY/20260101\n  , SignedHeaders=host\n  , Signature=abc'],
		['\n  Bearer\n  abc.def\n  ghi.jkl'],
		['Bearer eyJhbGciOiJIUzI1NiJ9.\n   eyJzdWIiOiIxMjM0NTY3\n   ODkwIn0.c2lnbmF0dXJl'],
		['Signature keyId="a",\n  headers="(request-target)\n    host date",\n  signature="b"'],
		['Digest\n  username="user",\n# a comment\n  realm="realm",\n  // another\n  nonce="1"'],
	].map(([value]) =>
		sample(
			`replaces ${JSON.stringify(value)} completely, except comments`,
			`GET https://example.com‸\nX: 1\nAuthorization: ${value}\nX-Last: 1\n\n  a=1\n`,
			`GET https://example.com\nX: 1\nAuthorization: ApiKey NEW\n${value!.includes('#') ? '# a comment\n  // another\n' : ''}X-Last: 1\n\n  a=1\n`,
		),
	),
	sample(
		'removes all lines of further headers that JetBrains folds',
		`
GET https://example.com‸
Authorization: Basic 1
Authorization: Digest
  username="user",
# a comment
  realm="realm"
Accept: */*
`,
		`
GET https://example.com
Authorization: ApiKey NEW
# a comment
Accept: */*
`,
	),
	sample(
		'keeps an indented body that directly follows',
		`
POST https://example.com‸
  a=1&b=2
`,
		`
POST https://example.com
Authorization: ApiKey NEW
  a=1&b=2
`,
	),
	...[
		['', '#note', '  /path'],
		['?a=1\n', '#@note', '    /path'],
		['/path\n', '#note', '?a=1'],
		['', '#note', '/path\n?a=1'],
		['&a=1\n# a comment\n&b=2\n', '#note\n# a comment', '  /path\n  /path'],
	].map(([url, note, path]) =>
		sample(
			`adds the header above ${JSON.stringify(`${note}\n${path}`)}, because no client reads the path as part of the URL`,
			`GET https://example.com‸\n${url}${note}\n${path}\nAccept: */*\n`,
			`GET https://example.com\n${url}Authorization: ApiKey NEW\n${note}\n${path}\nAccept: */*\n`,
		),
	),
	sample(
		'adds the header below a query that only REST Client reads as part of the URL',
		`
GET https://example.com‸
#note
?a=1
&b=2
`,
		`
GET https://example.com
#note
?a=1
&b=2
Authorization: ApiKey NEW
`,
	),
	sample(
		'finds a second request without a separator, like httpYac',
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
		'changes the first of two requests without a separator',
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
		'adds the header above a body with lines that look like requests',
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
		'adds the header above a multipart/mixed body with parts that look like requests',
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
		'adds the header above a body that ends only at separators',
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
	sample('supports a byte order mark', '\ufeffGET https://example.com‸\n', '\ufeffGET https://example.com\nAuthorization: ApiKey NEW\n'),
	sample(
		'uses the line break of the line above in a file with mixed line breaks',
		'### one\r\nGET https://example.com‸\n?a=1\r\nAccept: */*\n',
		'### one\r\nGET https://example.com\n?a=1\r\nAuthorization: ApiKey NEW\r\nAccept: */*\n',
	),
	sample(
		'uses the line break before the line above if the last line has none',
		'### one\n# two\r\nGET https://example.com‸',
		'### one\n# two\r\nGET https://example.com\r\nAuthorization: ApiKey NEW',
	),
	sample(
		'supports lines that end with CR',
		'### one\rGET https://example.com‸\rAccept: */*',
		'### one\rGET https://example.com\rAuthorization: ApiKey NEW\rAccept: */*',
	),
	sample('changes nothing in an empty file', '‸', undefined),
	sample('changes nothing in a file with only variables and comments', '@host = example.com\n‸# a comment\n\n', undefined),
	sample('changes nothing below the last separator', 'GET https://example.com\n\n###\n‸\n# a comment‸', undefined),
	sample('changes nothing in prose', '### one\nGet started with the things.‸\n\nSee https://example.com\n', undefined),
	sample(
		'changes nothing in a stored response',
		'### one\nHTTP/1.1 200 OK\nAuthorization: Basic x‸\n\nhttps://example.com\n###\nGET https://example.com',
		undefined,
	),
	sample('changes nothing in an unfinished script', '{{\nexports.a = 1;‸\n', undefined),
];

/** cURL commands in request files. */
export const curlSamples: readonly Sample[] = [
	sample(
		'adds an argument right after the word curl',
		"curl https://example.com -d 'a'‸\n",
		`curl -H "Authorization: ApiKey NEW" https://example.com -d 'a'\n`,
	),
	sample('adds an argument to the word curl alone', 'CURL‸', 'CURL -H "Authorization: ApiKey NEW"'),
	sample(
		'keeps line continuations',
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
		'keeps line continuations of other shells',
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
		['-H "Authorization"', '-H "Authorization: ApiKey NEW"'],
		['"-H Authorization: Basic x"', '-H "Authorization: ApiKey NEW"'],
		["'-HAuthorization: Basic x'", "-H 'Authorization: ApiKey NEW'"],
		['"--header=Authorization: Basic x"', '-H "Authorization: ApiKey NEW"'],
		['"-sH Authorization: Basic x"', '-s -H "Authorization: ApiKey NEW"'],
		["'-H' 'Authorization: Basic x'", "'-H' 'Authorization: ApiKey NEW'"],
		['"--header" "Authorization: Basic x"', '"--header" "Authorization: ApiKey NEW"'],
		['-"H" "Authorization: Basic x"', '-"H" "Authorization: ApiKey NEW"'],
		["'-u' user:pass", '-H "Authorization: ApiKey NEW"'],
		["'-uuser:pass'", "-H 'Authorization: ApiKey NEW'"],
		['--expand-header "Authorization: Bearer {{token}}"', '-H "Authorization: ApiKey NEW"'],
		["--expand-user 'a:{{b}}'", "-H 'Authorization: ApiKey NEW'"],
		['-H "Authorization: Bearer $(jq ".a b" "f g")"', '-H "Authorization: ApiKey NEW"'],
		['-H Authorization:$(cat "f g")', '-H "Authorization: ApiKey NEW"'],
		[
			'-H "Authorization: Bearer `cat "f g"`" -d "$(cat "-H Authorization: x")"',
			'-H "Authorization: ApiKey NEW" -d "$(cat "-H Authorization: x")"',
		],
		['-u "$(cat "f g"):$(cat "h \'i")"', '-H "Authorization: ApiKey NEW"'],
		["-H 'X: 1' --header 'Authorization: Basic x'", `-H 'X: 1' -H 'Authorization: ApiKey NEW'`],
		["--header 'X: 1' -u user:pass", `--header 'X: 1' --header "Authorization: ApiKey NEW"`],
		["-H 'Authorization: Basic 1' -d a -H 'authorization: Basic 2' -sH 'Authorization: Basic 3'", "-H 'Authorization: ApiKey NEW' -d a -s"],
	].map(([before, after]) =>
		sample(`replaces ${before}`, `curl https://example.com ${before}‸ -d x\n`, `curl https://example.com ${after} -d x\n`),
	),
	sample(
		"leaves other headers and texts that aren't options alone",
		`
curl -d "-H 'Authorization: body'" --user-agent x‸ -H 'X-Authorization: 1' -H "X: Authorization: y" https://example.com
`,
		`
curl -H "Authorization: ApiKey NEW" -d "-H 'Authorization: body'" --user-agent x -H 'X-Authorization: 1' -H "X: Authorization: y" https://example.com
`,
	),
	sample(
		'uses the same option as other headers, because REST Client supports only one of them',
		`
curl --header 'Accept: */*' https://example.com‸
`,
		`
curl --header "Authorization: ApiKey NEW" --header 'Accept: */*' https://example.com
`,
	),
	sample(
		'keeps only the header that REST Client sends',
		`
curl --header 'X: 1' --header 'Authorization: Basic 1' -H 'Authorization: Basic 2' https://example.com‸
`,
		`
curl --header 'X: 1' -H 'Authorization: ApiKey NEW' https://example.com
`,
	),
	sample(
		'keeps only one header, with continuations and comments',
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
	...[
		[`-H ^"authorization: Bearer old^" ^`, `-H ^"authorization: ApiKey NEW^" ^`],
		[`-H "authorization: Bearer old" ^`, `-H "authorization: ApiKey NEW" ^`],
		[`-H ^"Authorization: Digest a=\\^"b c\\^" d^" ^`, `-H ^"Authorization: ApiKey NEW^" ^`],
		[`^"-H^" ^"Authorization: Basic x^" ^`, `^"-H^" ^"Authorization: ApiKey NEW^" ^`],
		[`^"-H Authorization: Basic x^" ^`, `-H ^"Authorization: ApiKey NEW^" ^`],
		[`-u ^"user:pa ss^" ^`, `-H ^"Authorization: ApiKey NEW^" ^`],
		[`-H ^"Authorization: Basic x^" ^\n  -u a:b ^`, `-H ^"Authorization: ApiKey NEW^" ^`],
	].map(([before, after]) =>
		sample(
			`replaces ${before} in a command for cmd`,
			`curl ^"https://example.com/a?b=^%^20^&c^" ^\n  ${before}‸\n  --data-raw ^"^{^\\^"a^\\^": ^\\^"-H Authorization: x^\\^"^}^"\n`,
			`curl ^"https://example.com/a?b=^%^20^&c^" ^\n  ${after}\n  --data-raw ^"^{^\\^"a^\\^": ^\\^"-H Authorization: x^\\^"^}^"\n`,
		),
	),
	sample(
		'recognizes a command for cmd by a later line',
		`curl "https://example.com" ^\n  -X POST ^\n  -H ^"authorization: Bearer old^" ^‸\n  -k\n`,
		`curl "https://example.com" ^\n  -X POST ^\n  -H ^"authorization: ApiKey NEW^" ^\n  -k\n`,
	),
	sample(
		'replaces a header in a command for PowerShell',
		'curl.exe "https://example.com" `\n  -H "Authorization: Digest a=`"b c`"" `‸\n  -d "{`"a`": 1}"\n',
		'curl.exe "https://example.com" `\n  -H "Authorization: ApiKey NEW" `\n  -d "{`"a`": 1}"\n',
	),
	...[
		['a', 'b', '--next'],
		['a', 'b', '-:'],
		['a', 'b', '\\\n  --next'],
		['a', 'b', '&& curl'],
		['a', 'b', '| jq -H "Authorization: x" ; curl'],
		['a;', 'b', 'curl'],
	].flatMap(([first, second, join]) => [
		sample(
			`changes only the request in front of ${JSON.stringify(join)}`,
			`### one‸\ncurl -H "Authorization: Basic 1" https://example.com/‸${first} ${join} -H "Authorization: Basic 2" https://example.com/${second}\n`,
			`### one\ncurl -H "Authorization: ApiKey NEW" https://example.com/${first} ${join} -H "Authorization: Basic 2" https://example.com/${second}\n`,
		),
		sample(
			`changes only the request behind ${JSON.stringify(join)}`,
			`curl -H "Authorization: Basic 1" https://example.com/${first} ${join} -H "Authorization: Basic 2‸" https://example.com/${second}‸\n‸`,
			`curl -H "Authorization: Basic 1" https://example.com/${first} ${join} -H "Authorization: ApiKey NEW" https://example.com/${second}\n`,
		),
		sample(
			`adds an argument behind ${JSON.stringify(join)}`,
			`curl https://example.com/${first} ${join} -s https://example.com/${second}‸\n`,
			`curl https://example.com/${first} ${join} -H "Authorization: ApiKey NEW" -s https://example.com/${second}\n`,
		),
	]),
	...['"$(jq ".a b" "f g"', '"${a "b c"', '$(a "b c"'].map((argument) =>
		sample(`changes nothing in a command with ${argument}, which isn't closed`, `curl -H ${argument}‸ -s\n`, undefined),
	),
	sample(
		'changes the command at the cursor if a block has two',
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
		'supports an unclosed quote',
		`curl 'https://example.com -H "Authorization: x"‸`,
		`curl -H "Authorization: ApiKey NEW" 'https://example.com -H "Authorization: x"`,
	),
	sample(
		'ignores the option of a removed argument',
		'curl -u a:b --header "Authorization: x" https://example.com‸',
		'curl -H "Authorization: ApiKey NEW" https://example.com',
	),
	sample(
		'keeps the lines below an unclosed quote',
		`
curl https://example.com -H "Authorization: ‸old
 -d 'a=1'

### Next
GET https://example.com
`,
		`
curl https://example.com -H "Authorization: ApiKey NEW"
 -d 'a=1'

### Next
GET https://example.com
`,
	),
];

/** Markdown documents, with ''' instead of backticks. */
export const markdownSamples: readonly Sample[] = [
	sample(
		'changes only the fence at the cursor',
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
		'changes only the request at the cursor in a fence with several',
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
		'uses the indentation of a fence in a list',
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
		'keeps a line without more indentation than its fence',
		`
- a list

  '''http
  GET https://example.com‸
  Authorization: Bearer
  abc
  '''
`,
		`
- a list

  '''http
  GET https://example.com
  Authorization: ApiKey NEW
  abc
  '''
`,
	),
	...['bash', 'sh', 'Shell', 'zsh'].map((language) =>
		sample(
			`changes the cURL command at the cursor in a fence with ${language}`,
			`'''${language}\n# A comment\nexport A=1\ncurl https://example.com/1 \\\n  -H "Accept: */*"\necho "curl"\n\n$ curl -u a:b "https://example.com/‸$(echo "2 3")" | jq .‸\n'''‸\n`,
			`'''${language}\n# A comment\nexport A=1\ncurl https://example.com/1 \\\n  -H "Accept: */*"\necho "curl"\n\n$ curl -H "Authorization: ApiKey NEW" "https://example.com/$(echo "2 3")" | jq .\n'''\n`,
		),
	),
	sample(
		'changes the first cURL command in a fence with a shell',
		`'''sh‸\n\ncurl‸ https://example.com/1\necho -H "Authorization: x"‸\ncurl -u a:b https://example.com/2\n'''\n`,
		`'''sh\n\ncurl -H "Authorization: ApiKey NEW" https://example.com/1\necho -H "Authorization: x"\ncurl -u a:b https://example.com/2\n'''\n`,
	),
	sample('supports an unclosed fence', "'''http\nGET https://example.com‸", "'''http\nGET https://example.com\nAuthorization: ApiKey NEW"),
	sample('changes nothing in a fence without requests', "'''http\n‸\n'''\n\n'''http\nGET https://example.com\n'''", undefined),
];
