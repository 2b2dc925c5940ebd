using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LabelStudio.Pipeline.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class GridTrash : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "DismissedGroups",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ImageIds = table.Column<string>(type: "TEXT", nullable: false),
                    UserId = table.Column<Guid>(type: "TEXT", nullable: false),
                    DismissedUtc = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DismissedGroups", x => x.Id);
                    table.ForeignKey(
                        name: "FK_DismissedGroups_Projects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "Projects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SplitMoves",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    UserId = table.Column<Guid>(type: "TEXT", nullable: false),
                    MovedUtc = table.Column<DateTime>(type: "TEXT", nullable: false),
                    To = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    FromTrain = table.Column<string>(type: "TEXT", nullable: false),
                    FromValidation = table.Column<string>(type: "TEXT", nullable: false),
                    FromTest = table.Column<string>(type: "TEXT", nullable: false),
                    UndoneUtc = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SplitMoves", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SplitMoves_Projects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "Projects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "TrashedImages",
                columns: table => new
                {
                    ImageId = table.Column<long>(type: "INTEGER", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Extension = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    MediaType = table.Column<string>(type: "TEXT", maxLength: 50, nullable: false),
                    FileName = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    LabelClassId = table.Column<Guid>(type: "TEXT", nullable: true),
                    TrashedUtc = table.Column<DateTime>(type: "TEXT", nullable: false),
                    TrashedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    Rows = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TrashedImages", x => x.ImageId);
                    table.ForeignKey(
                        name: "FK_TrashedImages_Projects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "Projects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_DismissedGroups_ProjectId",
                table: "DismissedGroups",
                column: "ProjectId");

            migrationBuilder.CreateIndex(
                name: "IX_SplitMoves_ProjectId_MovedUtc",
                table: "SplitMoves",
                columns: new[] { "ProjectId", "MovedUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_TrashedImages_ProjectId_ImageId",
                table: "TrashedImages",
                columns: new[] { "ProjectId", "ImageId" });

            migrationBuilder.CreateIndex(
                name: "IX_TrashedImages_Sha256",
                table: "TrashedImages",
                column: "Sha256");

            migrationBuilder.CreateIndex(
                name: "IX_TrashedImages_TrashedUtc",
                table: "TrashedImages",
                column: "TrashedUtc");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "DismissedGroups");

            migrationBuilder.DropTable(
                name: "SplitMoves");

            migrationBuilder.DropTable(
                name: "TrashedImages");
        }
    }
}
