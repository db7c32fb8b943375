-- Orders, as fast as they are taken:
--	wrk -t2 -c16 -d10s -s tests/service/load/orders.lua http://127.0.0.1:PORT
wrk.method = "POST"
wrk.path = "/api/pedidos"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"mesa_id":"load-1","restaurante_id":"00000000-0000-0000-0000-000000000001","items":[' ..
	'{"producto_id":"30000000-0000-0000-0000-000000000001","cantidad":1,"precio_unitario":9.5}]}'

local threads = {}

function setup(thread)
	table.insert(threads, thread)
end

function init()
	created = 0
	other = 0
end

function response(status)
	if status == 201 then
		created = created + 1
	else
		other = other + 1
	end
end

function done()
	local c, o = 0, 0
	for _, thread in ipairs(threads) do
		c = c + thread:get("created")
		o = o + thread:get("other")
	end
	print(string.format("created %d, other answers %d", c, o))
end
