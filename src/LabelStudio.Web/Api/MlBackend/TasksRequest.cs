using System.Text.Json;

namespace LabelStudio.Web.Api.MlBackend;

/// <summary>Tasks to answer, and the interface they are labelled in.</summary>
internal sealed record TasksRequest(IReadOnlyList<TasksRequest.Item?>? Tasks, string? LabelConfig)
{
    internal sealed record Item(JsonElement Data)
    {
        /// <summary>Text under a key of the task's data; null: there is none.</summary>
        public string? Text(string key) =>
            Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
