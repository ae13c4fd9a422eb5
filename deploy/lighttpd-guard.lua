-- SPDX-License-Identifier: ISC
--
-- lighttpd-guard.lua - what lighttpd-guard.conf and lighttpd-guard-api.conf run, from where
-- "make install" puts it, @LUA@.  To change it, copy it, and name the copy.
--
-- lighttpd runs it twice for a guarded request: before it asks doorward, and again when
-- doorward said yes; AUTH_USER is then set.

local request = lighty.r

-- What only doorward may say.  Programs see one name in X-Auth-Role, X_Auth_Role and
-- X.Auth.Role, so each of them goes.
local ours = {
	X_AUTH_USER = true, X_AUTH_EMAIL = true, X_AUTH_ROLE = true, X_AUTH_SCOPE = true,
	AUTH_USER = true, AUTH_EMAIL = true, AUTH_ROLE = true, AUTH_SCOPE = true,
	REMOTE_USER = true
}
local forged = {}
for name in pairs(request.req_header) do
	if ours[(name:upper():gsub("[^A-Z0-9]", "_"))] then
		forged[#forged + 1] = name
	end
end
for _, name in ipairs(forged) do
	request.req_header[name] = nil
end

if request.req_env["AUTH_USER"] then
	-- A password, or what is as good as one, is for doorward alone.  Put "--" before a
	-- line of your copy where the program behind wants it too.
	request.req_header["Authorization"] = nil
	request.req_header["X-Auth-HA1B-Token"] = nil

	-- An HTTP server has no other way to learn these; programs called by FastCGI find
	-- them here as well.
	request.req_header["X-Auth-User"] = request.req_env["AUTH_USER"]
	request.req_header["X-Auth-Email"] = request.req_env["AUTH_EMAIL"]
	request.req_header["X-Auth-Role"] = request.req_env["AUTH_ROLE"]
	request.req_header["X-Auth-Scope"] = request.req_env["AUTH_SCOPE"]
end

return 0
