class CreateGuests < ActiveRecord::Migration[6.1]
  def change
    create_table(:guests) { |t| t.string :name }
  end
end
