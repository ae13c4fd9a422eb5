<?php
// SPDX-License-Identifier: ISC
// tests/e2e/git_server.php - repositories below the HTTP server that is guarded, by
// git http-backend; the guard says who the user is.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$env = [
	'PATH' => getenv('PATH'),
	'GIT_PROJECT_ROOT' => __DIR__ . '/repositories',
	'GIT_HTTP_EXPORT_ALL' => '1',
	'GIT_CONFIG_COUNT' => '1',
	'GIT_CONFIG_KEY_0' => 'safe.directory',
	'GIT_CONFIG_VALUE_0' => '*',
	'GIT_PROTOCOL' => $_SERVER['HTTP_GIT_PROTOCOL'] ?? '',
	'HTTP_CONTENT_ENCODING' => $_SERVER['HTTP_CONTENT_ENCODING'] ?? '',
	'REQUEST_METHOD' => $_SERVER['REQUEST_METHOD'],
	'PATH_INFO' => substr($path, strlen('/service/git')),
	'QUERY_STRING' => $_SERVER['QUERY_STRING'] ?? '',
	'CONTENT_TYPE' => $_SERVER['HTTP_CONTENT_TYPE'] ?? $_SERVER['CONTENT_TYPE'] ?? '',
	'REMOTE_USER' => $_SERVER['HTTP_X_AUTH_EMAIL'] ?? '',
	'REMOTE_ADDR' => $_SERVER['REMOTE_ADDR'],
];
$body = file_get_contents('php://input');
$env['CONTENT_LENGTH'] = (string)strlen($body);
$in = tmpfile();
fwrite($in, $body);
rewind($in);
$git = proc_open(['git', 'http-backend'], [$in, ['pipe', 'w']], $pipes, null, $env);
[$head, $rest] = explode("\r\n\r\n", stream_get_contents($pipes[1]), 2);
foreach (explode("\r\n", $head) as $line) {
	if (preg_match('/^Status: (\d+)/', $line, $match))
		http_response_code((int)$match[1]);
	else
		header($line);
}
echo $rest;
