using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LabelStudio.Pipeline.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ClassesLeftOut : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "HidesSuggestions",
                table: "QualityPlans",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "KnownTargetPercent",
                table: "QualityPlans",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "IsLeftOutOfTraining",
                table: "Classes",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "IsNegative",
                table: "Classes",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "HidesSuggestions",
                table: "QualityPlans");

            migrationBuilder.DropColumn(
                name: "KnownTargetPercent",
                table: "QualityPlans");

            migrationBuilder.DropColumn(
                name: "IsLeftOutOfTraining",
                table: "Classes");

            migrationBuilder.DropColumn(
                name: "IsNegative",
                table: "Classes");
        }
    }
}
