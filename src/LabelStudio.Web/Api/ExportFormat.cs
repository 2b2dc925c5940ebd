namespace LabelStudio.Web.Api;

/// <summary>Forms in which images and labels leave.</summary>
public enum ExportFormat
{
    /// <summary>A zip with a folder for each class, the pictures and a table.</summary>
    Zip,

    /// <summary>A table, one line for each image.</summary>
    Csv,

    /// <summary>Tasks in the JSON form of Label Studio.</summary>
    LabelStudio,

    /// <summary>Every act of labelling, one line each.</summary>
    History,
}
