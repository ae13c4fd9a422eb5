<?php
// SPDX-License-Identifier: ISC
// A client of doorward: see README.

/* The status, and the payload of the answer. */
function ask(string $method, string $path, string $credential, ?array $body = null): array
{
	$context = stream_context_create(['http' => [
		'method' => $method,
		'header' => "Authorization: $credential\r\nContent-Type: application/json\r\n",
		'content' => $body ? json_encode($body) : '',
		'ignore_errors' => true,
		'timeout' => 30,
	]]);
	$answer = file_get_contents(getenv('DOORWARD_URL') . $path, false, $context);
	if ($answer === false)
		exit(1);
	$status = (int)explode(' ', $http_response_header[0])[1];
	return [$status, json_decode($answer, true)['payload'] ?? null];
}

/* The payload; an error of the service ends the program. */
function need(string $method, string $path, string $credential, ?array $body = null): array
{
	[$status, $payload] = ask($method, $path, $credential, $body);
	if ($status !== 200) {
		fwrite(STDERR, "$method: $status\n");
		exit(1);
	}
	return $payload;
}

$login = 'Basic ' . base64_encode(getenv('DOORWARD_LOGIN'));
$jwt = 'Bearer ' . need('GET', '/rest/auth', $login)['token'];
echo 'logged in as ', need('GET', '/rest/auth', $jwt)['email'], "\n";
$made = need('POST', '/rest/token', $jwt, ['name' => 'example', 'ttl' => 3600]);
$bearer = 'Bearer ' . $made['token'];
echo 'used ', need('GET', '/rest/token/list', $bearer)[0]['name'], "\n";
echo 'revoked ', need('DELETE', '/rest/token/' . $made['uuid'], $bearer)['name'], "\n";
echo 'refused with ', ask('GET', '/rest/token/list', $bearer)[0], "\n";
