<?php
use Illuminate\Database\Capsule\Manager as DB;
class AddPhone extends Illuminate\Database\Migrations\Migration {
	public function up() { DB::schema()->table('guest', function ($t) { $t->string('phone')->nullable(); }); }
}
