<?php

use Phinx\Migration\AbstractMigration;

final class AddPhone extends AbstractMigration
{
    public function change(): void
    {
        $this->table('guest')->addColumn('phone', 'string')->update();
    }
}
