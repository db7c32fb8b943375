<?php
use Illuminate\Database\Capsule\Manager as DB;
class CreateGuestTable extends Illuminate\Database\Migrations\Migration {
	public function up() { DB::schema()->create('guest', function ($t) { $t->increments('id'); }); }
}
