"""create guest

Revision ID: f76efc072f99
Revises: 
Create Date: 2026-11-24 13:06:44.608602

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'f76efc072f99'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
