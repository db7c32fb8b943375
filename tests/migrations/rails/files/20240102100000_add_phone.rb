class AddPhone < ActiveRecord::Migration[6.1]
  def change
    add_column :guests, :phone, :string
  end
end
