// The browser is got by setup/, and only where the machine has none.
module.exports = { skipDownload: true }
