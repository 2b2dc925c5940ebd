using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LabelStudio.Pipeline.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class WorkspaceGrowth : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // SQLite's own statement: EF would rebuild the table outside the migration's transaction.
            migrationBuilder.Sql("""ALTER TABLE "KnownImages" DROP COLUMN "ClassId";""");

            migrationBuilder.AddColumn<string>(
                name: "ChecksJson",
                table: "TrainingRuns",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsArchived",
                table: "TrainingRuns",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "NoticeAttempts",
                table: "TrainingRuns",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "NoticeDueUtc",
                table: "TrainingRuns",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "HidesSuggestions",
                table: "QualityPlans",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "KnownMostAnswers",
                table: "QualityPlans",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "KnownTargetPercent",
                table: "QualityPlans",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "TellsOwnAccuracy",
                table: "QualityPlans",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "SuggestionSource",
                table: "Projects",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "LiveHead");

            migrationBuilder.AddColumn<string>(
                name: "DiscardReason",
                table: "Images",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

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

            migrationBuilder.AddColumn<string>(
                name: "DiscardReason",
                table: "Annotations",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Source",
                table: "Annotations",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "BulkJobs",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    UserId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Action = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    Split = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    OnlyUnlabelled = table.Column<bool>(type: "INTEGER", nullable: false),
                    AsOf = table.Column<long>(type: "INTEGER", nullable: true),
                    State = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    Total = table.Column<int>(type: "INTEGER", nullable: false),
                    Done = table.Column<int>(type: "INTEGER", nullable: false),
                    Changed = table.Column<int>(type: "INTEGER", nullable: false),
                    LeftOut = table.Column<int>(type: "INTEGER", nullable: false),
                    LeftOutIds = table.Column<string>(type: "TEXT", nullable: false),
                    MoveIds = table.Column<string>(type: "TEXT", nullable: false),
                    Problem = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_BulkJobs", x => x.Id);
                    table.ForeignKey(
                        name: "FK_BulkJobs_Projects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "Projects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

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
                name: "Evaluations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ModelVersionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ComparedModelId = table.Column<Guid>(type: "TEXT", nullable: true),
                    DatasetSnapshotId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    CreatedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    CreatedUtc = table.Column<DateTime>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    EndedUtc = table.Column<DateTime>(type: "TEXT", nullable: true),
                    Problem = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    TestCount = table.Column<int>(type: "INTEGER", nullable: false),
                    Accuracy = table.Column<double>(type: "REAL", nullable: true),
                    MacroF1 = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Evaluations", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Evaluations_DatasetSnapshots_DatasetSnapshotId",
                        column: x => x.DatasetSnapshotId,
                        principalTable: "DatasetSnapshots",
                        principalColumn: "Id");
                    table.ForeignKey(
                        name: "FK_Evaluations_Projects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "Projects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ImageMetadata",
                columns: table => new
                {
                    ImageId = table.Column<long>(type: "INTEGER", nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Value = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Number = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ImageMetadata", x => new { x.ImageId, x.Key });
                    table.ForeignKey(
                        name: "FK_ImageMetadata_Images_ImageId",
                        column: x => x.ImageId,
                        principalTable: "Images",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ModelActs",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ModelVersionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    UserId = table.Column<Guid>(type: "TEXT", nullable: false),
                    AtUtc = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModelActs", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ModelActs_Projects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "Projects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RunWebhooks",
                columns: table => new
                {
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Url = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    Secret = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    StudioAddress = table.Column<string>(type: "TEXT", nullable: false),
                    SinceUtc = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunWebhooks", x => x.ProjectId);
                    table.ForeignKey(
                        name: "FK_RunWebhooks_Projects_ProjectId",
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

            migrationBuilder.CreateTable(
                name: "BulkChunks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    JobId = table.Column<Guid>(type: "TEXT", nullable: false),
                    PartsJson = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_BulkChunks", x => x.Id);
                    table.ForeignKey(
                        name: "FK_BulkChunks_BulkJobs_JobId",
                        column: x => x.JobId,
                        principalTable: "BulkJobs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_BulkChunks_JobId",
                table: "BulkChunks",
                column: "JobId");

            migrationBuilder.CreateIndex(
                name: "IX_BulkJobs_ProjectId_UserId",
                table: "BulkJobs",
                columns: new[] { "ProjectId", "UserId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_DismissedGroups_ProjectId",
                table: "DismissedGroups",
                column: "ProjectId");

            migrationBuilder.CreateIndex(
                name: "IX_Evaluations_DatasetSnapshotId",
                table: "Evaluations",
                column: "DatasetSnapshotId");

            migrationBuilder.CreateIndex(
                name: "IX_Evaluations_ModelVersionId_ComparedModelId",
                table: "Evaluations",
                columns: new[] { "ModelVersionId", "ComparedModelId" });

            migrationBuilder.CreateIndex(
                name: "IX_Evaluations_ProjectId_CreatedUtc",
                table: "Evaluations",
                columns: new[] { "ProjectId", "CreatedUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_Evaluations_State_CreatedUtc",
                table: "Evaluations",
                columns: new[] { "State", "CreatedUtc" });

            migrationBuilder.CreateIndex(
                name: "IX_ImageMetadata_ProjectId_Key_Number_ImageId",
                table: "ImageMetadata",
                columns: new[] { "ProjectId", "Key", "Number", "ImageId" });

            migrationBuilder.CreateIndex(
                name: "IX_ImageMetadata_ProjectId_Key_Value_ImageId",
                table: "ImageMetadata",
                columns: new[] { "ProjectId", "Key", "Value", "ImageId" });

            migrationBuilder.CreateIndex(
                name: "IX_ModelActs_ProjectId_Id",
                table: "ModelActs",
                columns: new[] { "ProjectId", "Id" });

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
                name: "BulkChunks");

            migrationBuilder.DropTable(
                name: "DismissedGroups");

            migrationBuilder.DropTable(
                name: "Evaluations");

            migrationBuilder.DropTable(
                name: "ImageMetadata");

            migrationBuilder.DropTable(
                name: "ModelActs");

            migrationBuilder.DropTable(
                name: "RunWebhooks");

            migrationBuilder.DropTable(
                name: "SplitMoves");

            migrationBuilder.DropTable(
                name: "TrashedImages");

            migrationBuilder.DropTable(
                name: "BulkJobs");

            migrationBuilder.DropColumn(
                name: "ChecksJson",
                table: "TrainingRuns");

            migrationBuilder.DropColumn(
                name: "IsArchived",
                table: "TrainingRuns");

            migrationBuilder.DropColumn(
                name: "NoticeAttempts",
                table: "TrainingRuns");

            migrationBuilder.DropColumn(
                name: "NoticeDueUtc",
                table: "TrainingRuns");

            migrationBuilder.DropColumn(
                name: "HidesSuggestions",
                table: "QualityPlans");

            migrationBuilder.DropColumn(
                name: "KnownMostAnswers",
                table: "QualityPlans");

            migrationBuilder.DropColumn(
                name: "KnownTargetPercent",
                table: "QualityPlans");

            migrationBuilder.DropColumn(
                name: "TellsOwnAccuracy",
                table: "QualityPlans");

            migrationBuilder.DropColumn(
                name: "SuggestionSource",
                table: "Projects");

            migrationBuilder.DropColumn(
                name: "DiscardReason",
                table: "Images");

            migrationBuilder.DropColumn(
                name: "IsLeftOutOfTraining",
                table: "Classes");

            migrationBuilder.DropColumn(
                name: "IsNegative",
                table: "Classes");

            migrationBuilder.DropColumn(
                name: "DiscardReason",
                table: "Annotations");

            migrationBuilder.DropColumn(
                name: "Source",
                table: "Annotations");

            migrationBuilder.AddColumn<Guid>(
                name: "ClassId",
                table: "KnownImages",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));
        }
    }
}
