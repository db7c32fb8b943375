<?php

use Phinx\Migration\AbstractMigration;

final class CreateGuest extends AbstractMigration
{
    public function change(): void
    {
        $this->table('guest')->addColumn('name', 'string')->create();
    }
}
