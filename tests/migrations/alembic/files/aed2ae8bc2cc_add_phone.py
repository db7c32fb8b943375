"""add phone

Revision ID: aed2ae8bc2cc
Revises: f76efc072f99
Create Date: 2026-11-24 13:06:47.367135

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'aed2ae8bc2cc'
down_revision = 'f76efc072f99'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
