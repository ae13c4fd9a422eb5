<?php
// SPDX-License-Identifier: ISC
// tests/bench/peers/index.php - what a PHP script does for the same calls, with SQLite.  It has
// no throttle, no log, no generations and no revocation of JWTs.
declare(strict_types=1);

const KEY = 'a key that every worker of this measurement knows';

function encode(string $bytes): string
{
	return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function decode(string $text): string
{
	return (string)base64_decode(strtr($text, '-_', '+/'));
}

function sign(array $claims): string
{
	$input = encode('{"alg":"HS256","typ":"JWT"}') . '.' . encode(json_encode($claims));

	return $input . '.' . encode(hash_hmac('sha256', $input, KEY, true));
}

// The user that the JWT proves, or null.
function verify(string $jwt): ?string
{
	$parts = explode('.', $jwt);
	if (count($parts) !== 3)
		return null;
	$mac = hash_hmac('sha256', "$parts[0].$parts[1]", KEY, true);
	$claims = json_decode(decode($parts[1]), true);
	if (!hash_equals($mac, decode($parts[2])) || $claims['exp'] <= time())
		return null;
	return $claims['sub'];
}

function database(): PDO
{
	$db = new PDO('sqlite:' . $_SERVER['DATABASE'], null, null,
		[PDO::ATTR_PERSISTENT => true, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
	$db->exec('PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL;');
	return $db;
}

function prove(): ?string
{
	$jwt = $_SERVER['HTTP_X_AUTH_TOKEN'] ?? '';
	$bearer = $_SERVER['HTTP_AUTHORIZATION'] ?? '';

	if ($jwt !== '')
		return verify($jwt);
	if (!str_starts_with($bearer, 'Bearer '))
		return $_GET['begin'] ?? null;
	$found = database()->prepare('SELECT user FROM token WHERE digest = ? AND expires > ?');
	$found->execute([hash('sha256', substr($bearer, 7)), time()]);
	return $found->fetchColumn() ?: null;
}

function create(string $user): array
{
	$wanted = json_decode(file_get_contents('php://input'), true);
	$token = encode(random_bytes(32));
	$expires = time() + $wanted['ttl'];

	database()->prepare('INSERT INTO token VALUES (?, ?, ?, ?)')
		->execute([hash('sha256', $token), $user, $wanted['name'], $expires]);
	return ['success' => true, 'token' => $token, 'name' => $wanted['name'],
		'expires' => $expires];
}

header('Content-Type: application/json');
$user = prove();
if ($user === null) {
	http_response_code(401);
	echo '{"success":false}';
} elseif ($_SERVER['REQUEST_METHOD'] === 'POST') {
	echo json_encode(create($user));
} else {
	echo json_encode(['success' => true,
		'user' => ['uuid' => $user, 'email' => "$user@example.org", 'role' => 'User'],
		'token' => sign(['sub' => $user, 'exp' => time() + 3600])]);
}
